//! For which program a configuration is rendered, and which versions of it are known.
//! Start at [`Target::new`].

use std::fmt;
use std::str::FromStr;

use linkmesh_fleet::Runtime;

/// The otelcol version that the renderings are tested with.
pub const OTELCOL_TESTED: Version = Version { major: 0, minor: 158, patch: 0 };
/// The oldest otelcol that is rendered for.
pub const OTELCOL_FLOOR: Version = Version { major: 0, minor: 135, patch: 0 };
/// The Alloy version that the renderings are written for.
pub const ALLOY_TESTED: Version = Version { major: 1, minor: 19, patch: 2 };
/// The oldest Alloy that is rendered for.
pub const ALLOY_FLOOR: Version = Version { major: 1, minor: 11, patch: 0 };

/// The program that runs the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Target {
    /// Which program.
    pub runtime: Runtime,
    /// Its version; `None` renders for the tested version, with a warning.
    pub version: Option<Version>,
    /// It runs in a pod, where the memory limit is that of the pod and percentages of it are right.
    pub kubernetes: bool,
}

impl Target {
    /// A target from what a collector reports. A version that is no release (`v0.0.0`, `0.150.0-devel`) counts as unknown.
    #[must_use]
    pub fn new(runtime: Runtime, version: Option<&str>, kubernetes: bool) -> Self {
        let version = version.and_then(|text| text.parse().ok());
        Self { runtime, version, kubernetes }
    }

    /// The tested and the oldest version of the runtime.
    pub(crate) fn known(&self) -> (Version, Version) {
        match self.runtime {
            Runtime::Otelcol => (OTELCOL_TESTED, OTELCOL_FLOOR),
            Runtime::Alloy => (ALLOY_TESTED, ALLOY_FLOOR),
        }
    }

    /// The version to render for.
    pub(crate) fn effective(&self) -> Version {
        self.version.unwrap_or_else(|| self.known().0)
    }
}

/// A released version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Version {
    /// First number.
    pub major: u32,
    /// Second number.
    pub minor: u32,
    /// Third number.
    pub patch: u32,
}

/// Why a text is no released version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a released version; three numbers such as 0.158.0 are expected")]
pub struct NotReleased;

impl FromStr for Version {
    type Err = NotReleased;

    fn from_str(text: &str) -> Result<Self, NotReleased> {
        let text = text.strip_prefix('v').unwrap_or(text);
        // Build metadata says who built it, not what it is.
        let text = text.split_once('+').map_or(text, |(version, _)| version);
        let mut numbers = text.splitn(3, '.').map(|part| {
            let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
            if digits { part.parse::<u32>().map_err(|_| NotReleased) } else { Err(NotReleased) }
        });
        let mut next = |missing: Result<u32, NotReleased>| numbers.next().unwrap_or(missing);
        let version =
            Self { major: next(Err(NotReleased))?, minor: next(Err(NotReleased))?, patch: next(Ok(0))? };
        if version == (Self { major: 0, minor: 0, patch: 0 }) { Err(NotReleased) } else { Ok(version) }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_release_is_a_known_version() {
        let parse = |text: &str| text.parse::<Version>().ok().map(|v| v.to_string());
        assert_eq!(parse("0.158.0").as_deref(), Some("0.158.0"));
        assert_eq!(parse("v1.19.2").as_deref(), Some("1.19.2"));
        assert_eq!(parse("0.135").as_deref(), Some("0.135.0"));
        assert_eq!(parse("0.158.0+contrib").as_deref(), Some("0.158.0"));
        for unknown in
            ["", "v0.0.0", "0.150.0-devel", "latest", "1", "1..2", "-1.2.3", "99999999999.1.1", "1.2.3.4"]
        {
            assert_eq!(parse(unknown), None, "{unknown}");
        }
    }
}
