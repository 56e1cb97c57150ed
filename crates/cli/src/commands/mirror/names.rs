//! What the names of published files say: `otelcol-contrib_0.158.0_linux_amd64.tar.gz`, `alloy-1.11.0-1.arm64.rpm`.

/// What a name says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Read {
    pub(super) kind: String,
    pub(super) version: String,
    pub(super) arch: String,
}

/// Reads a name; nothing where it follows neither form.
pub(super) fn read(name: &str) -> Option<Read> {
    released(name).or_else(|| package(name))
}

/// Whether a file of a release is one that the server's mirror refuses: of the two programs that the install script unpacks
/// it takes the program itself or its archive, and neither packages nor what describes them.
pub(super) fn is_needless(kind: &str, name: &str) -> bool {
    let rest = name.split_once("_linux_").map_or(name, |(_, rest)| rest);
    let bare = !rest.contains('.');
    matches!(kind, "otelcol-contrib" | "opampsupervisor")
        && !bare
        && !name.ends_with(".tar.gz")
        && !name.ends_with(".tgz")
}

/// `KIND_VERSION_linux_ARCH` with any ending.
fn released(name: &str) -> Option<Read> {
    let (before, after) = name.split_once("_linux_")?;
    let (kind, version) = before.split_once('_')?;
    parts(kind, version, after.split('.').next()?)
}

/// `KIND-VERSION.ARCH.deb` and `.rpm`, and Debian's own `KIND_VERSION_ARCH.deb`.
fn package(name: &str) -> Option<Read> {
    let name = name.strip_suffix(".deb").or_else(|| name.strip_suffix(".rpm"))?;
    if let Some((before, arch)) = name.rsplit_once('_') {
        let (kind, version) = before.split_once('_')?;
        return parts(kind, version, arch);
    }
    let (before, arch) = name.rsplit_once('.')?;
    let at = before.match_indices('-').find(|(at, _)| {
        before.get(at + 1..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    });
    let (kind, version) = before.split_at(at?.0);
    parts(kind, version.trim_start_matches('-'), arch)
}

fn parts(kind: &str, version: &str, arch: &str) -> Option<Read> {
    let arch = match arch {
        "amd64" | "x86_64" => "amd64",
        "arm64" | "aarch64" => "arm64",
        _ => return None,
    };
    let version = version.strip_prefix('v').unwrap_or(version);
    if kind.is_empty() || !version.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    Some(Read { kind: kind.to_owned(), version: version.to_owned(), arch: arch.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_published_files_tell_what_they_are() {
        for (name, kind, version, arch) in [
            ("otelcol-contrib_0.158.0_linux_amd64.tar.gz", "otelcol-contrib", "0.158.0", "amd64"),
            ("opampsupervisor_0.158.0_linux_arm64", "opampsupervisor", "0.158.0", "arm64"),
            ("otelcol-contrib_0.158.0_linux_amd64.deb", "otelcol-contrib", "0.158.0", "amd64"),
            ("alloy-1.11.0-1.amd64.deb", "alloy", "1.11.0-1", "amd64"),
            ("alloy-1.11.0-1.aarch64.rpm", "alloy", "1.11.0-1", "arm64"),
            ("linkmesh-agent_1.0_arm64.deb", "linkmesh-agent", "1.0", "arm64"),
        ] {
            let expected = Read { kind: kind.into(), version: version.into(), arch: arch.into() };
            assert_eq!(read(name), Some(expected), "{name}");
        }
    }

    #[test]
    fn of_a_whole_release_only_what_hosts_install_is_added() {
        for (name, needless) in [
            ("otelcol-contrib_0.158.0_linux_amd64.tar.gz", false),
            ("opampsupervisor_0.158.0_linux_arm64", false),
            ("otelcol-contrib_0.158.0_linux_amd64.deb", true),
            ("otelcol-contrib_0.158.0_linux_amd64.tar.gz.sbom.json", true),
            ("otelcol-contrib_0.158.0_linux_amd64.tar.gz.sig", true),
            ("alloy-1.11.0-1.amd64.deb", false),
        ] {
            assert_eq!(is_needless(&read(name).unwrap().kind, name), needless, "{name}");
        }
    }

    #[test]
    fn other_names_tell_nothing() {
        for name in [
            "checksums.txt",
            "otelcol-contrib",
            "x_linux_amd64",
            "x_1_linux_mips",
            "alloy-linux-amd64.zip",
            ".deb",
            "_1_linux_amd64",
        ] {
            assert_eq!(read(name), None, "{name}");
        }
    }
}
