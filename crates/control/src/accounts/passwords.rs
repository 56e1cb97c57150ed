//! What a name and a password must look like, and the one way a password is hashed (argon2id, in PHC form).

use argon2::Argon2;
use argon2::password_hash::PasswordHasher as _;
use linkmesh_store::{RecordError, Table};

use super::{AccountError, PASSWORD_BYTES_MAX, PASSWORD_CHARS_MIN};

pub(super) fn check_username(username: &str) -> Result<(), AccountError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '@');
    if username.is_empty() || username.len() > super::USERNAME_BYTES_MAX || !username.chars().all(plain) {
        let rule = "a user name has 1 to 64 letters, digits and . _ - @";
        return Err(AccountError::Invalid("username", rule.to_owned()));
    }
    Ok(())
}

pub(super) fn check_password(password: &str) -> Result<(), AccountError> {
    if password.chars().count() < PASSWORD_CHARS_MIN || password.len() > PASSWORD_BYTES_MAX {
        let rule = format!("a password has at least {PASSWORD_CHARS_MIN} characters");
        return Err(AccountError::Invalid("password", rule));
    }
    Ok(())
}

pub(super) fn hash_password(password: &str) -> Result<String, RecordError> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|cause| RecordError::Malformed { table: Table::Users, why: cause.to_string() })
}
