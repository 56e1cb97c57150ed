//! What `linkmesh login` keeps between calls: address and token, readable by its owner only.
//! A TOML file with string values and nothing else. Start at [`Saved`].

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

/// The file's content.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Saved {
    /// Address of the server.
    pub(crate) url: Option<String>,
    /// Bearer.
    pub(crate) token: Option<String>,
    /// Certificate authority to trust.
    pub(crate) ca_file: Option<String>,
}

/// Where the file is: below `XDG_CONFIG_HOME`, or `~/.config`.
pub(crate) fn default_path() -> Result<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let base = set("XDG_CONFIG_HOME")
        .or_else(|| set("HOME").map(|home| home.join(".config")))
        .context("neither HOME nor XDG_CONFIG_HOME is set; set LINKMESH_URL and LINKMESH_TOKEN instead")?;
    Ok(base.join("linkmesh").join("config.toml"))
}

impl Saved {
    /// Reads the file; one that is not there is empty.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(e) => return Err(e).with_context(|| format!("reading {}", path.display())),
        };
        Self::parse(&text)
            .with_context(|| format!("reading {}; `linkmesh login URL` writes it anew", path.display()))
    }

    /// Replaces the file, with mode 0600 from its first byte on.
    pub(crate) fn write(&self, path: &Path) -> Result<()> {
        let folder = path.parent().context("the path of the configuration file has no folder")?;
        let writing = || format!("writing {}", path.display());
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).with_context(writing)?;
        let fresh = folder.join(format!(".config.toml.{}", std::process::id()));
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&fresh)
            .with_context(writing)?;
        // An older file of that name keeps its mode when it is opened.
        file.set_permissions(fs::Permissions::from_mode(0o600)).with_context(writing)?;
        file.write_all(self.text().as_bytes()).with_context(writing)?;
        file.sync_all().with_context(writing)?;
        fs::rename(&fresh, path).with_context(writing)
    }

    fn text(&self) -> String {
        let mut text =
            String::from("# Written by `linkmesh login`. Keep it to yourself: the token acts as you.\n");
        for (key, value) in [("url", &self.url), ("token", &self.token), ("ca_file", &self.ca_file)] {
            if let Some(value) = value {
                // A JSON string is a TOML basic string.
                text.push_str(&format!("{key} = {}\n", serde_json::Value::String(value.clone())));
            }
        }
        text
    }

    fn parse(text: &str) -> Result<Self> {
        let mut saved = Self::default();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let number = index + 1;
            let Some((key, value)) = line.split_once('=') else {
                bail!("line {number} is not `key = \"value\"`")
            };
            let value: String = serde_json::from_str(value.trim())
                .with_context(|| format!("line {number}: the value is not a string in double quotes"))?;
            match key.trim() {
                "url" => saved.url = Some(value),
                "token" => saved.token = Some(value),
                "ca_file" => saved.ca_file = Some(value),
                other => bail!("line {number}: `{other}` is not known; known are url, token and ca_file"),
            }
        }
        Ok(saved)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saved() -> Saved {
        Saved {
            url: Some("http://localhost:8080".to_owned()),
            token: Some("lmsat_\"quoted\\".to_owned()),
            ca_file: None,
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/linkmesh/config.toml");
        saved().write(&path).unwrap();
        assert_eq!(Saved::read(&path).unwrap(), saved());
        assert_eq!(Saved::read(&folder.path().join("none")).unwrap(), Saved::default());
    }

    #[test]
    fn only_the_owner_can_read_the_file_even_when_it_was_open_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("linkmesh/config.toml");
        fs::create_dir(folder.path().join("linkmesh")).unwrap();
        fs::write(&path, "").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        saved().write(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path().join("linkmesh")).unwrap().count(), 1, "no other file stays");
    }

    #[test]
    fn a_file_that_is_not_ours_is_named_with_its_line() {
        for (text, part) in
            [("url\n", "line 1"), ("# a\ncolour = \"x\"\n", "`colour`"), ("url = x\n", "double quotes")]
        {
            let error = format!("{:#}", Saved::parse(text).unwrap_err());
            assert!(error.contains(part), "{error}");
        }
    }
}
