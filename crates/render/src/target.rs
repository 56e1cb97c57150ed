//! For which program a configuration is rendered, and which versions of it are known.
//! Start at [`Target::new`].

use std::fmt;
use std::str::FromStr;

use linkmesh_fleet::Runtime;
use serde::{Deserialize, Serialize};

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
    /// Which components an Alloy was started to accept; means nothing for otelcol.
    pub stability: Stability,
    /// Whether an Alloy was started to accept community components too.
    pub community: bool,
}

/// How finished a component of Alloy is. An Alloy accepts what is at least as finished as the level that it was started with
/// (`--stability.level`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stability {
    /// Accepted by every Alloy.
    #[default]
    GenerallyAvailable,
    /// May still change.
    PublicPreview,
    /// May vanish.
    Experimental,
}

impl Stability {
    /// The word that Alloy's own flag takes.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GenerallyAvailable => "generally-available",
            Self::PublicPreview => "public-preview",
            Self::Experimental => "experimental",
        }
    }
}

impl fmt::Display for Stability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Stability {
    type Err = UnknownStability;

    fn from_str(text: &str) -> Result<Self, UnknownStability> {
        let levels = [Self::GenerallyAvailable, Self::PublicPreview, Self::Experimental];
        levels.into_iter().find(|level| level.as_str() == text).ok_or(UnknownStability)
    }
}

/// Why a text is no level of stability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a stability level; one of generally-available, public-preview and experimental is expected")]
pub struct UnknownStability;

impl Target {
    /// A target from what a collector reports. A version that is no release (`v0.0.0`, `0.150.0-devel`) counts as unknown.
    #[must_use]
    pub fn new(runtime: Runtime, version: Option<&str>, kubernetes: bool) -> Self {
        let version = version.and_then(|text| text.parse().ok());
        let stability = Stability::GenerallyAvailable;
        Self { runtime, version, kubernetes, stability, community: false }
    }

    /// The same for an Alloy that was started with this `--stability.level`.
    #[must_use]
    pub fn with_stability(self, stability: Stability) -> Self {
        Self { stability, ..self }
    }

    /// The same for an Alloy that was started with `--feature.community-components.enabled`, or without.
    #[must_use]
    pub fn with_community(self, community: bool) -> Self {
        Self { community, ..self }
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
