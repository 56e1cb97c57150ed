//! Which paths and files the repository may hold: plain names, plain files, bounded sizes.

/// Largest file, in bytes.
pub const FILE_MAX_BYTES: usize = 1024 * 1024;
/// Longest path, in bytes.
pub const PATH_MAX_BYTES: usize = 512;
/// Deepest folder.
pub(crate) const DEPTH_MAX: usize = 16;

/// What is wrong with a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PathFault {
    /// Empty, or with an empty part (`a//b`, `/a`, `a/`).
    #[error("a path is made of names joined by single slashes")]
    Empty,
    /// Longer than [`PATH_MAX_BYTES`] or too deep.
    #[error("a path has at most 512 bytes and 16 names")]
    TooLong,
    /// A name is `.`, `..` or `.git`.
    #[error("`.`, `..` and `.git` cannot be names")]
    Reserved,
    /// A character other than letters, digits, `.`, `-`, `_`.
    #[error("a name has only letters, digits, `.`, `-` and `_`")]
    OddCharacter,
}

/// Checks one path, relative to the root of the repository.
///
/// # Errors
/// The first [`PathFault`] found.
pub fn check_path(path: &str) -> Result<(), PathFault> {
    if path.len() > PATH_MAX_BYTES || path.bytes().filter(|byte| *byte == b'/').count() >= DEPTH_MAX {
        return Err(PathFault::TooLong);
    }
    path.split('/').try_for_each(check_name)
}

fn check_name(name: &str) -> Result<(), PathFault> {
    if name.is_empty() {
        return Err(PathFault::Empty);
    }
    if name == "." || name == ".." || name.eq_ignore_ascii_case(".git") {
        return Err(PathFault::Reserved);
    }
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_')) {
        return Err(PathFault::OddCharacter);
    }
    Ok(())
}

/// Whether `path` is `prefix` itself or lies under it; `registry/` and `registry` mean the same.
pub(crate) fn is_under(path: &str, prefix: &str) -> bool {
    let prefix = prefix.strip_suffix('/').unwrap_or(prefix);
    path.strip_prefix(prefix)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || prefix.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_relative_paths_pass() {
        for good in ["a", "groups/edge-1/sources/x_y.yaml", ".gitattributes", "README.md"] {
            assert_eq!(check_path(good), Ok(()), "{good}");
        }
        let long = "a".repeat(513);
        let deep = ["a"; 17].join("/");
        for bad in [
            "", "/a", "a/", "a//b", "..", "a/../b", "./a", "a/.GIT/x", "a b", "é", "a\\b", "a\0", &long,
            &deep,
        ] {
            assert!(check_path(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_prefix_ends_at_a_slash() {
        assert!(is_under("registry/aa/x.yaml", "registry/"));
        assert!(is_under("registry/aa/x.yaml", "registry"));
        assert!(is_under("registry", "registry"));
        assert!(!is_under("registry2/x", "registry"));
        assert!(is_under("anything", ""));
    }
}
