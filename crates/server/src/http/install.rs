//! The install script as one host gets it: the template with this server's address and the mirror's list in it.
//! Nothing of a request goes in except a token that was found to be valid. Start at [`install_script`].

use linkmesh_api::types::ProblemKind;

use super::error::ApiError;
use super::translate::MIRROR_PATH;
use crate::mirror::Entry;

/// The collector and the supervisor that are tested together.
const COLLECTOR_VERSION: &str = "0.158.0";
const SUPERVISOR_VERSION: &str = "0.158.0";
/// What the script installs.
const PROGRAMS: [&str; 2] = ["otelcol-contrib", "opampsupervisor"];
const TEMPLATE: &str = include_str!("../../install/install-opamp.sh");

/// The script for hosts of this server; `token` is a valid enrollment token, or absent.
///
/// # Errors
/// The address of the server has characters that a script cannot safely hold.
pub(super) fn install_script(
    external_url: &str,
    mirror: &[Entry],
    token: Option<&str>,
) -> Result<String, ApiError> {
    // The script reads nothing else, and nobody needs a credential for it.
    let files: String = mirror
        .iter()
        .filter(|entry| PROGRAMS.contains(&entry.slot.kind.as_str()))
        .map(|entry| {
            let slot = &entry.slot;
            let place = format!("{MIRROR_PATH}/{slot}");
            format!(
                "{} {} {} {} {} {place}\n",
                slot.kind, slot.version, slot.arch, entry.sha256, entry.size_bytes
            )
        })
        .collect();
    let mut script = String::with_capacity(TEMPLATE.len() + files.len() + 512);
    for line in TEMPLATE.lines() {
        let filled = match line.split_once("='@") {
            Some((name, "SERVER@'")) => Some((name, external_url)),
            Some((name, "TOKEN@'")) => Some((name, token.unwrap_or_default())),
            Some((name, "MIRROR@'")) => Some((name, files.trim_end())),
            Some((name, "COLLECTOR_VERSION@'")) => Some((name, COLLECTOR_VERSION)),
            Some((name, "SUPERVISOR_VERSION@'")) => Some((name, SUPERVISOR_VERSION)),
            _ => None,
        };
        match filled {
            Some((name, value)) => script.push_str(&format!("{name}={}", quoted(value)?)),
            None => script.push_str(line),
        }
        script.push('\n');
    }
    Ok(script)
}

/// A value between single quotes, in which a shell reads no character but the quote itself as anything else. Only plain
/// characters get that far.
fn quoted(value: &str) -> Result<String, ApiError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || " \n._~:/%[]+-".contains(c);
    if !value.chars().all(plain) {
        return Err(ApiError::new(
            ProblemKind::Internal,
            "the address of this server has characters that a script cannot safely hold; set external_url to a plain address",
        ));
    }
    Ok(format!("'{value}'"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mirror::Slot;
    use linkmesh_fleet::Timestamp;

    fn entry() -> Entry {
        Entry {
            slot: Slot::new("opampsupervisor", "0.158.0", "amd64", "s").unwrap(),
            sha256: "a".repeat(64),
            size_bytes: 7,
            added_at: Timestamp(0),
        }
    }

    #[test]
    fn every_place_of_the_template_is_filled() {
        let script = install_script("https://a.example/base", &[entry()], Some("lmenr_x-_1")).unwrap();
        assert!(script.starts_with("#!/bin/sh\n"));
        for line in [
            "default_server='https://a.example/base'\n".to_owned(),
            "default_token='lmenr_x-_1'\n".to_owned(),
            "default_version='0.158.0'\n".to_owned(),
            "default_supervisor_version='0.158.0'\n".to_owned(),
            format!(
                "mirrored='opampsupervisor 0.158.0 amd64 {} 7 /api/v1/downloads/mirror/opampsupervisor/0.158.0/amd64/s'\n",
                "a".repeat(64)
            ),
        ] {
            assert!(script.contains(&line), "{line}");
        }
        assert!(!script.contains("='@"), "nothing is left open");
    }

    #[test]
    fn nothing_but_plain_characters_gets_into_the_script() {
        for bad in ["'", "\"", "$(id)", "`id`", "\\", ";", "|", "&", "\r", "@", "é", "\0", "<", "*"] {
            let url = format!("https://a.example/{bad}");
            assert!(install_script(&url, &[], None).is_err(), "{bad:?}");
            assert!(install_script("https://a.example", &[], Some(bad)).is_err(), "{bad:?}");
        }
    }
}
