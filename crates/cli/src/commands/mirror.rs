//! `mirror`: files on the server for hosts without internet.

mod bundle;
mod names;

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use linkmesh_api::client::{Client, NewMirrorFile};
use linkmesh_api::types::MirrorFile;

use super::Outcome;
use crate::args::{Format, FormatArguments, MirrorAddArguments, MirrorVerb};
use crate::output::numbers::{UNKNOWN, age};
use crate::output::table::table;
use crate::output::{Screen, note};

pub(super) fn run(screen: &mut Screen<'_>, client: &Client, verb: MirrorVerb) -> Result<Outcome> {
    match verb {
        MirrorVerb::Add(arguments) => add(screen, client, &arguments),
        MirrorVerb::List(format) => list(screen, client, format),
        MirrorVerb::Verify(format) => verify(screen, client, format),
        MirrorVerb::Remove { paths } => remove(screen, client, &paths),
        MirrorVerb::Export { bundle } => bundle::export(screen, client, &bundle),
        MirrorVerb::Import { bundle } => bundle::import(screen, client, &bundle),
    }
}

fn add(screen: &mut Screen<'_>, client: &Client, arguments: &MirrorAddArguments) -> Result<Outcome> {
    let named = [&arguments.kind, &arguments.version, &arguments.arch, &arguments.sha256]
        .iter()
        .any(|one| one.is_some());
    let single = matches!(arguments.from.as_slice(), [one] if !one.is_dir());
    if named && !single {
        bail!(
            "--kind, --version, --arch and --sha256 describe one file; add the others in calls of their own"
        );
    }
    // All are looked at before the first is sent.
    let mut files = Vec::new();
    for path in &arguments.from {
        if path.is_dir() {
            let found = files_of(path)?;
            if found.is_empty() {
                bail!(
                    "{} holds no file whose name tells what it is, such as otelcol-contrib_0.158.0_linux_amd64.tar.gz",
                    path.display()
                );
            }
            files.extend(found);
        } else {
            files.push((path.clone(), describe(path, arguments)?));
        }
    }
    for (path, file) in &files {
        let mut content = File::open(path).with_context(|| format!("reading {}", path.display()))?;
        let added =
            client.add_to_mirror(file, &mut content).with_context(|| format!("adding {}", path.display()))?;
        screen.line(&place(&added))?;
        screen.flush()?;
        let checked =
            if file.sha256.is_some() { "as its publisher says" } else { "compare it with its publisher's" };
        note(&format!("  SHA-256 {} ({checked})", added.sha256));
    }
    Ok(Outcome::Done)
}

/// The files of a folder whose names tell what they are; the others are named.
fn files_of(folder: &Path) -> Result<Vec<(PathBuf, NewMirrorFile)>> {
    let reading = || format!("reading {}", folder.display());
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(reading)? {
        let path = entry.with_context(reading)?.path();
        if path.is_file() {
            paths.push(path);
        }
    }
    paths.sort();
    let nothing =
        MirrorAddArguments { from: Vec::new(), kind: None, version: None, arch: None, sha256: None };
    let mut files = Vec::new();
    for path in paths {
        if path.extension().is_some_and(|end| end == "sha256") {
            continue;
        }
        match describe(&path, &nothing) {
            Ok(file) if names::is_needless(&file.kind, &file.name) => {
                note(&format!("left out {}: no host installs it from here", path.display()));
            }
            Ok(file) => files.push((path, file)),
            Err(_) => note(&format!("left out {}: its name does not tell what it is", path.display())),
        }
    }
    Ok(files)
}

fn describe(path: &Path, given: &MirrorAddArguments) -> Result<NewMirrorFile> {
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.with_context(|| format!("{} has no name that can be used", path.display()))?;
    let read = names::read(name);
    let size_bytes = std::fs::metadata(path).with_context(|| format!("reading {}", path.display()))?.len();
    let part = |given: &Option<String>, read: Option<&String>, flag: &str| {
        given
            .clone()
            .or_else(|| read.cloned())
            .with_context(|| format!("the name {name} does not tell what the file is; say it with {flag}"))
    };
    Ok(NewMirrorFile {
        kind: part(&given.kind, read.as_ref().map(|read| &read.kind), "--kind")?,
        version: part(&given.version, read.as_ref().map(|read| &read.version), "--version")?,
        arch: part(&given.arch, read.as_ref().map(|read| &read.arch), "--arch")?,
        name: name.to_owned(),
        size_bytes,
        sha256: given.sha256.clone().or(published(path)?),
    })
}

/// The checksum that the publisher put beside the file.
fn published(path: &Path) -> Result<Option<String>> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".sha256");
    let beside = PathBuf::from(beside);
    if !beside.is_file() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(&beside).with_context(|| format!("reading {}", beside.display()))?;
    Ok(text.split_whitespace().next().map(str::to_owned))
}

fn list(screen: &mut Screen<'_>, client: &Client, format: FormatArguments) -> Result<Outcome> {
    let page = client.mirror()?;
    if screen.document(format.format, &page)? {
        return Ok(Outcome::Done);
    }
    if format.format == Format::Name {
        for file in &page.items {
            screen.line(&place(file))?;
        }
        return Ok(Outcome::Done);
    }
    if page.items.is_empty() {
        note("the mirror is empty: linkmesh mirror add FILE");
        return Ok(Outcome::Done);
    }
    let now = screen.now;
    let rows = page.items.iter().map(|file| {
        let mut row = vec![place(file), megabytes(file.size_bytes), age(Some(&file.added_at), now)];
        let shown = if format.format == Format::Wide {
            file.sha256.as_str()
        } else {
            file.sha256.get(..12).unwrap_or(UNKNOWN)
        };
        row.push(shown.to_owned());
        row
    });
    screen.raw(&table(&["PATH", "SIZE", "ADDED", "SHA-256"], rows))?;
    Ok(Outcome::Done)
}

fn verify(screen: &mut Screen<'_>, client: &Client, format: FormatArguments) -> Result<Outcome> {
    let mut checks = Vec::new();
    for file in client.mirror()?.items {
        let check = client.verify_mirrored(&file)?;
        if matches!(format.format, Format::Table | Format::Wide) {
            let word = check.problem.as_deref().unwrap_or("intact");
            screen.line(&format!("{}: {word}", place(&check.file)))?;
            screen.flush()?;
        }
        checks.push(check);
    }
    let damaged: Vec<String> =
        checks.iter().filter(|check| !check.intact).map(|check| place(&check.file)).collect();
    if format.format == Format::Name {
        for path in &damaged {
            screen.line(path)?;
        }
    } else {
        screen.document(format.format, &checks)?;
    }
    screen.flush()?;
    match damaged.len() {
        0 => Ok(Outcome::Done),
        1 => bail!("one file of the mirror is damaged; remove it and add it again"),
        count => bail!("{count} files of the mirror are damaged; remove them and add them again"),
    }
}

fn remove(screen: &mut Screen<'_>, client: &Client, paths: &[String]) -> Result<Outcome> {
    let files = client.mirror()?.items;
    let mut chosen: Vec<&MirrorFile> = Vec::new();
    for path in paths {
        let path = path.trim_end_matches('/');
        let before = chosen.len();
        chosen.extend(files.iter().filter(|file| {
            let full = place(file);
            full == path || full.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'))
        }));
        if chosen.len() == before {
            bail!("the mirror has no {path}; `linkmesh mirror list` shows what it has");
        }
    }
    chosen.sort_by_key(|file| place(file));
    chosen.dedup_by_key(|file| place(file));
    for file in chosen {
        client.remove_from_mirror(file)?;
        screen.line(&format!("{} is removed", place(file)))?;
        screen.flush()?;
    }
    Ok(Outcome::Done)
}

fn place(file: &MirrorFile) -> String {
    format!("{}/{}/{}/{}", file.kind, file.version, file.arch, file.name)
}

fn megabytes(size_bytes: u64) -> String {
    let tenths = size_bytes.saturating_mul(10) / 1_000_000;
    format!("{}.{} MB", tenths / 10, tenths % 10)
}
