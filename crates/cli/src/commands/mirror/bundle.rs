//! A whole mirror as one file: a plain tar whose first entry lists the checksums, so that `tar` and `sha256sum` read it too.
//! Nothing of a bundle is believed: the server checks every name and every checksum.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use linkmesh_api::client::{Client, NewMirrorFile};

use super::{Outcome, place};
use crate::output::Screen;

const LIST: &str = "SHA256SUMS";
const LIST_BYTES_MAX: u64 = 1024 * 1024;

/// Writes everything that the mirror has. A bundle that is not complete never has the name that was asked for.
pub(super) fn export(screen: &mut Screen<'_>, client: &Client, bundle: &Path) -> Result<Outcome> {
    let files = client.mirror()?.items;
    if files.is_empty() {
        bail!("the mirror is empty; there is nothing to export");
    }
    let mut unfinished = bundle.as_os_str().to_owned();
    unfinished.push(".part");
    let unfinished = Path::new(&unfinished);
    let written = write(screen, client, &files, unfinished);
    let done = written.and_then(|()| {
        std::fs::rename(unfinished, bundle).with_context(|| format!("writing {}", bundle.display()))
    });
    if done.is_err() {
        // What remains is of no use; that it cannot be removed changes nothing.
        drop(std::fs::remove_file(unfinished));
    }
    done?;
    screen.line(&format!("{} holds {} files", bundle.display(), files.len()))?;
    Ok(Outcome::Done)
}

fn write(
    screen: &mut Screen<'_>,
    client: &Client,
    files: &[linkmesh_api::types::MirrorFile],
    path: &Path,
) -> Result<()> {
    let writing = || format!("writing {}", path.display());
    let mut tar = tar::Builder::new(BufWriter::new(File::create(path).with_context(writing)?));
    let list: String = files.iter().map(|file| format!("{}  {}\n", file.sha256, place(file))).collect();
    append(&mut tar, LIST, u64::try_from(list.len())?, list.as_bytes()).with_context(writing)?;
    for file in files {
        let content = client.mirrored(file)?;
        append(&mut tar, &place(file), file.size_bytes, Exact::new(content, file.size_bytes))
            .with_context(|| format!("exporting {}", place(file)))?;
        screen.line(&place(file))?;
        screen.flush()?;
    }
    let mut out = tar.into_inner().with_context(writing)?;
    out.flush().with_context(writing)?;
    out.get_ref().sync_all().with_context(writing)
}

fn append(
    tar: &mut tar::Builder<impl std::io::Write>,
    name: &str,
    size_bytes: u64,
    content: impl Read,
) -> std::io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_size(size_bytes);
    header.set_mode(0o644);
    header.set_entry_type(tar::EntryType::Regular);
    tar.append_data(&mut header, name, content)
}

/// Adds everything that a bundle holds.
pub(super) fn import(screen: &mut Screen<'_>, client: &Client, bundle: &Path) -> Result<Outcome> {
    let file = File::open(bundle).with_context(|| format!("reading {}", bundle.display()))?;
    let mut tar = tar::Archive::new(BufReader::new(file));
    let no_bundle =
        || format!("{} is no bundle of `linkmesh mirror export`, or it is cut off", bundle.display());
    let mut sums: Option<BTreeMap<String, String>> = None;
    let mut count = 0_usize;
    for entry in tar.entries().with_context(no_bundle)? {
        let mut entry = entry.with_context(no_bundle)?;
        let name = String::from_utf8(entry.path_bytes().into_owned()).ok().with_context(no_bundle)?;
        let Some(sums) = &mut sums else {
            if name != LIST {
                bail!("{}", no_bundle());
            }
            let mut text = String::new();
            entry.take(LIST_BYTES_MAX).read_to_string(&mut text).with_context(no_bundle)?;
            let lines = text.lines().filter_map(|line| line.split_once("  "));
            sums = Some(lines.map(|(sum, path)| (path.to_owned(), sum.to_owned())).collect());
            continue;
        };
        let parts: Vec<&str> = name.split('/').collect();
        let is_file = entry.header().entry_type().is_file();
        let (Some(sha256), [kind, version, arch, name], true) =
            (sums.remove(&name), parts.as_slice(), is_file)
        else {
            bail!(
                "{} holds `{name}`, which its list does not name; it was not made by `linkmesh mirror export`",
                bundle.display()
            );
        };
        let size_bytes = entry.size();
        let file = NewMirrorFile {
            kind: (*kind).to_owned(),
            version: (*version).to_owned(),
            arch: (*arch).to_owned(),
            name: (*name).to_owned(),
            size_bytes,
            sha256: Some(sha256),
        };
        let mut content = Exact::new(&mut entry, size_bytes);
        let added = client.add_to_mirror(&file, &mut content);
        if content.broke_off {
            bail!("{} is cut off within {name}; copy it again", bundle.display());
        }
        let added = added.with_context(|| format!("adding {name}"))?;
        screen.line(&place(&added))?;
        screen.flush()?;
        count += 1;
    }
    match sums {
        Some(missing) if missing.is_empty() => {
            screen.line(&format!("{count} files are added"))?;
            Ok(Outcome::Done)
        }
        Some(missing) => bail!(
            "{} is cut off: {} files of its list are missing; copy it again",
            bundle.display(),
            missing.len()
        ),
        None => bail!("{}", no_bundle()),
    }
}

/// A reader that must give exactly so many bytes: an early end is a failure and not an end.
struct Exact<R> {
    from: R,
    left: u64,
    broke_off: bool,
}

impl<R: Read> Exact<R> {
    fn new(from: R, size_bytes: u64) -> Self {
        Self { from, left: size_bytes, broke_off: false }
    }
}

impl<R: Read> Read for Exact<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(into.len());
        let Some(into) = into.get_mut(..most).filter(|into| !into.is_empty()) else { return Ok(0) };
        let count = match self.from.read(into) {
            Ok(0) | Err(_) => {
                self.broke_off = true;
                return Err(std::io::Error::new(std::io::ErrorKind::UnexpectedEof, "it ends too early"));
            }
            Ok(count) => count,
        };
        self.left = self.left.saturating_sub(u64::try_from(count).unwrap_or(u64::MAX));
        Ok(count)
    }
}
