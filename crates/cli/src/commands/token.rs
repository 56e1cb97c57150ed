//! `token`: make and revoke enrollment tokens.

use anyhow::Result;
use linkmesh_api::client::Client;
use linkmesh_api::types::{CreateEnrollmentToken, CreatedEnrollmentToken};

use super::{Outcome, label_map};
use crate::args::{Format, TokenCreateArguments, TokenVerb};
use crate::output::numbers::until;
use crate::output::{Screen, note};

pub(super) fn run(screen: &mut Screen<'_>, client: &Client, verb: TokenVerb) -> Result<Outcome> {
    match verb {
        TokenVerb::Create(arguments) => create(screen, client, arguments),
        TokenVerb::Revoke { id } => {
            client.revoke_enrollment_token(&id)?;
            screen.line(&format!("token {id} is revoked; what joined with it is cut off within seconds"))?;
            Ok(Outcome::Done)
        }
    }
}

fn create(screen: &mut Screen<'_>, client: &Client, arguments: TokenCreateArguments) -> Result<Outcome> {
    let created = client.create_enrollment_token(&CreateEnrollmentToken {
        name: arguments.name,
        expires_in_s: Some(arguments.ttl.0),
        max_uses: Some(arguments.max_uses),
        labels: label_map(&arguments.labels),
        groups: arguments.groups,
        for_collector: arguments.for_collector,
    })?;
    show(screen, arguments.format.format, client.base(), &created)?;
    Ok(Outcome::Done)
}

fn show(screen: &mut Screen<'_>, format: Format, base: &str, created: &CreatedEnrollmentToken) -> Result<()> {
    if screen.document(format, created)? {
        return Ok(());
    }
    screen.line(&created.token)?;
    if format == Format::Name {
        return Ok(());
    }
    // The token alone is the answer, so that `TOKEN=$(linkmesh token create)` works; the rest is for the person.
    screen.flush()?;
    let left = until(&created.expires_at, screen.now);
    next_steps(base, created, &left).lines().for_each(note);
    Ok(())
}

fn next_steps(base: &str, created: &CreatedEnrollmentToken, left: &str) -> String {
    format!(
        "\nThe token is shown once. Its id is {}; the first use must come within {left}.\nOn the host:\n\n  \
         curl -fsSL {base}/api/v1/downloads/install-opamp.sh | sudo sh -s -- --token {}\n\nOr by hand, where both programs are:\n\n  \
         curl -fsS -H 'Authorization: Bearer {}' {base}/api/v1/downloads/opamp-bootstrap-config.yaml -o supervisor.yaml\n  \
         opampsupervisor --config supervisor.yaml\n\nThen here: linkmesh get collectors",
        created.id, created.token, created.token
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use linkmesh_api::types::Timestamp;

    #[test]
    fn the_token_alone_is_the_answer_and_the_next_command_follows() {
        let created = CreatedEnrollmentToken {
            id: "t1".to_owned(),
            token: "lmenr_x".to_owned(),
            expires_at: Timestamp("2026-03-10T12:15:00Z".to_owned()),
            files: std::collections::BTreeMap::new(),
        };
        let mut out = Vec::new();
        let mut screen = Screen::plain(&mut out, "2026-03-10T12:00:00Z".parse().unwrap());
        show(&mut screen, Format::Table, "http://a", &created).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "lmenr_x\n");
        let next = next_steps("http://a", &created, "15m");
        assert!(
            next.contains("Bearer lmenr_x' http://a/api/v1/downloads/opamp-bootstrap-config.yaml"),
            "{next}"
        );
        let line = "curl -fsSL http://a/api/v1/downloads/install-opamp.sh | sudo sh -s -- --token lmenr_x\n";
        assert!(next.contains(line) && next.contains("within 15m"), "{next}");
    }
}
