//! Entities as people write them: a YAML text is kept byte for byte, and only the values of credentials are exchanged in it.
//! Start at [`sealed_in_place`] (on the way in) and [`shown_text`] (on the way out).

use linkmesh_config_repo::RepoError;
use linkmesh_fleet::secret::Secret;
use linkmesh_fleet::yaml::edit::{Spots, replaced};
use linkmesh_fleet::{Entity, Place, Problem};

use crate::plane::ControlPlane;
use crate::views::{etag_of, hidden};

/// What a client sends back to keep a credential, and what it is shown instead of one.
const KEPT: &str = "{$sealed: true}";
/// A credential of so many bytes is found inside other words as well; a shorter one only as a word of its own.
const LONG_BYTES: usize = 8;

/// A credential that is stored otherwise than it was sent.
pub(super) struct Changed {
    /// Its field, such as `credentials.password`.
    pub(super) field: String,
    /// What was sent.
    pub(super) was: Secret,
    /// What is stored.
    pub(super) now: Secret,
}

/// The text with its credentials as they are stored, and not one other byte changed.
pub(super) fn sealed_in_place(
    place: &Place,
    text: &str,
    entity: &Entity,
    changed: &[Changed],
) -> Result<String, Problem> {
    if changed.is_empty() {
        return Ok(text.to_owned());
    }
    let spots = Spots::of(text).map_err(|cause| Problem::new(place, "", cause.to_string()))?;
    let mut edits = Vec::new();
    for one in changed {
        let at = entity.written_at(&one.field);
        let (spot, with) = match (&one.was, &one.now) {
            (Secret::Keep, Secret::Sealed(sealed)) => (spots.value(&format!("{at}.$sealed")), quoted(sealed)),
            (_, Secret::Sealed(sealed)) => (spots.value(&at), format!("{{$sealed: {}}}", quoted(sealed))),
            (_, Secret::Env(clear) | Secret::Clear(clear)) => (spots.value(&at), quoted(clear)),
            (_, Secret::Keep) => (None, String::new()),
        };
        edits.push((spot.ok_or_else(|| not_in_place(place, &one.field))?, with));
    }
    replaced(text, &edits)
        .filter(|made| Entity::read(place, made).is_ok_and(|read| read == *entity))
        .ok_or_else(|| not_in_place(place, changed.first().map_or("", |one| &one.field)))
}

/// A file's text as it may be shown, comments and all: sealed credentials are `{$sealed: true}`. Nothing where it cannot be
/// told what in it is a credential.
#[must_use]
pub fn shown_text(place: &Place, text: &str) -> Option<String> {
    let entity = Entity::read(place, text).ok()?;
    let shown = hidden(entity.clone());
    if shown == entity {
        return Some(text.to_owned());
    }
    let edited = Spots::of(text).ok().and_then(|spots| {
        let mut edits = Vec::new();
        for (field, secret) in entity.secrets() {
            let at = entity.written_at(&field);
            match secret {
                Secret::Sealed(_) => {
                    edits.push((spots.value(&format!("{at}.$sealed"))?, "true".to_owned()));
                }
                Secret::Clear(_) if !Secret::is_public(&field) => {
                    edits.push((spots.value(&at)?, KEPT.to_owned()));
                }
                Secret::Clear(_) | Secret::Env(_) | Secret::Keep => {}
            }
        }
        replaced(text, &edits).filter(|made| Entity::read(place, made).is_ok_and(|read| read == shown))
    });
    edited.or_else(|| shown.write().ok())
}

impl ControlPlane {
    /// Refuses a text of which a comment tells a credential of the entity: one that is sent with it, or that is kept.
    pub(super) fn comments_tell_nothing(
        &self,
        place: &Place,
        text: &str,
        entity: &Entity,
    ) -> Result<(), Problem> {
        let secrets = entity.secrets();
        let mut sealed = secrets.iter().filter_map(|(field, secret)| match secret {
            Secret::Sealed(sealed) => Some((field, sealed)),
            Secret::Clear(_) | Secret::Env(_) | Secret::Keep => None,
        });
        if !text.contains('#') {
            return Ok(());
        }
        let Some(first) = sealed.next() else { return Ok(()) };
        let spots = Spots::of(text).map_err(|cause| Problem::new(place, "", cause.to_string()))?;
        let comments: Vec<&str> =
            spots.comments().iter().filter_map(|range| text.get(range.clone())).collect();
        if comments.is_empty() {
            return Ok(());
        }
        for (field, sealed) in std::iter::once(first).chain(sealed) {
            let clear = self.keys.open(place, field, sealed);
            if clear.is_ok_and(|clear| comments.iter().any(|comment| tells(comment, &clear))) {
                let message = "the credential also stands in a comment; remove it there, because comments are not sealed";
                return Err(Problem::new(place, field.clone(), message));
            }
        }
        Ok(())
    }

    /// One entity as it is written, comments and all, credentials hidden; and its tag.
    ///
    /// # Errors
    /// The repository cannot be read.
    pub fn entity_text(&self, place: &Place) -> Result<Option<(String, String)>, RepoError> {
        let (Some(revision), intent, _) = self.head.tip() else { return Ok(None) };
        if intent.get(place).is_none() {
            return Ok(None);
        }
        let Some(file) = self.repo.file_at(&revision, &place.to_string())? else { return Ok(None) };
        let text = String::from_utf8_lossy(&file.bytes);
        Ok(shown_text(place, &text).map(|shown| (shown, etag_of(&text))))
    }
}

/// A text in double quotes, which YAML reads as JSON does.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn tells(comment: &str, clear: &str) -> bool {
    let clear = clear.trim();
    if clear.is_empty() {
        return false;
    }
    let alone = |at: usize| {
        let before = comment.get(..at).and_then(|text| text.chars().next_back());
        let after = comment.get(at + clear.len()..).and_then(|text| text.chars().next());
        ![before, after].into_iter().flatten().any(char::is_alphanumeric)
    };
    comment.match_indices(clear).any(|(at, _)| clear.len() >= LONG_BYTES || alone(at))
}

fn not_in_place(place: &Place, field: &str) -> Problem {
    let message =
        "the credential cannot be sealed where it stands; write it as a quoted value on the line of its key";
    Problem::new(place, field, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_tells_a_credential_that_stands_in_it() {
        for (comment, clear) in
            [("# was hunter2", "hunter2"), ("# xhunter2hunter2x", "hunter2hunter2"), ("#abc", "abc\n")]
        {
            assert!(tells(comment, clear), "{comment}");
        }
        for (comment, clear) in [("# the shopping list", "shop"), ("# nothing", ""), ("# nothing", "\n")] {
            assert!(!tells(comment, clear), "{comment}");
        }
    }
}
