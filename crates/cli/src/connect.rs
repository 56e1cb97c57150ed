//! From flags, environment and the saved file to a client; and what to do when that does not work.
//! Start at [`client`].

use anyhow::{Context as _, Result};
use linkmesh_api::client::{ApiError, Client, ClientSettings};

use crate::args::ServerArguments;
use crate::config_file::{self, Saved};

const TOKEN_VARIABLE: &str = "LINKMESH_TOKEN";

/// A client of the server that the flags, the environment or the last login name.
pub(crate) fn client(arguments: &ServerArguments) -> Result<Client> {
    let saved = Saved::read(&config_file::default_path()?)?;
    let token = std::env::var(TOKEN_VARIABLE).ok().filter(|token| !token.is_empty());
    let chosen = choose(arguments.url.as_deref(), token, &saved)?;
    let ca_file = arguments.ca_file.clone().or_else(|| saved.ca_file.map(Into::into));
    new_client(chosen.url, chosen.token, ca_file.as_deref())
}

/// A client of `url`, with the certificate authority in `ca_file` where one is named.
pub(crate) fn new_client(
    url: String,
    token: Option<String>,
    ca_file: Option<&std::path::Path>,
) -> Result<Client> {
    let ca_pem = ca_file
        .map(|path| std::fs::read(path).with_context(|| format!("reading {}", path.display())))
        .transpose()?;
    let user_agent = concat!("linkmesh/", env!("CARGO_PKG_VERSION")).to_owned();
    Ok(Client::new(&ClientSettings { url, token, ca_pem, user_agent })?)
}

struct Chosen {
    url: String,
    token: Option<String>,
}

/// A token that was saved for one server is not sent to another.
fn choose(url: Option<&str>, token: Option<String>, saved: &Saved) -> Result<Chosen> {
    let trimmed = |url: &str| url.trim_end_matches('/').to_owned();
    let saved_url = saved.url.as_deref().map(trimmed);
    let url = url
        .map(trimmed)
        .or_else(|| saved_url.clone())
        .context("no server is known; run `linkmesh login URL`, or set LINKMESH_URL and LINKMESH_TOKEN")?;
    let saved_token = saved.token.clone().filter(|_| saved_url.as_deref() == Some(url.as_str()));
    Ok(Chosen { token: token.or(saved_token), url })
}

/// What to do about a failed call, where there is something to do.
pub(crate) fn hint(error: &anyhow::Error) -> Option<String> {
    match error.downcast_ref::<ApiError>()? {
        ApiError::Unreachable { .. } => Some(
            "is linkmesh-server running there? `linkmesh login URL` or LINKMESH_URL names another address"
                .to_owned(),
        ),
        ApiError::TimedOut { .. } => Some("look at the server's log, and try again".to_owned()),
        ApiError::Unauthenticated(_) => {
            Some(format!("run `linkmesh login URL`, or set {TOKEN_VARIABLE} to a service account's token"))
        }
        ApiError::BadUrl(_)
        | ApiError::BadCertificate(_)
        | ApiError::Problem(_)
        | ApiError::NotAServer { .. }
        | ApiError::Unreadable(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saved() -> Saved {
        Saved { url: Some("http://a/".to_owned()), token: Some("saved".to_owned()), ca_file: None }
    }

    #[test]
    fn a_saved_token_goes_only_to_the_server_it_was_saved_for() {
        let same = choose(Some("http://a"), None, &saved()).unwrap();
        assert_eq!((same.url.as_str(), same.token.as_deref()), ("http://a", Some("saved")));
        let other = choose(Some("http://b"), None, &saved()).unwrap();
        assert_eq!((other.url.as_str(), other.token), ("http://b", None));
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let chosen = choose(None, Some("environment".to_owned()), &saved()).unwrap();
        assert_eq!((chosen.url.as_str(), chosen.token.as_deref()), ("http://a", Some("environment")));
    }

    #[test]
    fn without_a_server_the_error_says_how_to_name_one() {
        let error = choose(None, None, &Saved::default()).err().unwrap().to_string();
        assert!(error.contains("linkmesh login URL"), "{error}");
    }
}
