//! The archive: a plain `tar` (POSIX ustar), so that people can look into it, whose last file lists the SHA-256 of every
//! other in the form of `sha256sum`. Reading is strict: what we would not have written is refused.
//! Start at [`Archive`] and [`read`].

use std::collections::BTreeMap;
use std::io::{self, Read, Write};

use sha2::{Digest as _, Sha256};

/// The list of checksums, and the end of the archive.
const SUMS: &str = "SHA256SUMS";
const BLOCK_BYTES: usize = 512;
const NAME_BYTES_MAX: usize = 100;
/// Largest file: eleven octal digits.
const FILE_BYTES_MAX: u64 = 0o77_777_777_777;
const SUMS_BYTES_MAX: u64 = 1024 * 1024 * 1024;
/// Files of one archive at most.
const FILES_MAX: usize = 5_000_000;
const COPY_BYTES: usize = 64 * 1024;

/// An archive that is being written.
pub(super) struct Archive<'w> {
    out: &'w mut dyn Write,
    sums: Vec<u8>,
    at_s: i64,
}

impl<'w> Archive<'w> {
    pub(super) fn new(out: &'w mut dyn Write, at_s: i64) -> Self {
        Self { out, sums: Vec::new(), at_s }
    }

    pub(super) fn put(&mut self, name: &str, content: &[u8]) -> io::Result<()> {
        self.copy(name, content.len() as u64, content)
    }

    /// Exactly `bytes` of `content`; fewer are an error.
    pub(super) fn copy(&mut self, name: &str, bytes: u64, content: impl Read) -> io::Result<()> {
        let digest = self.write(name, bytes, content)?;
        let shown: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        self.sums.extend_from_slice(format!("{shown}  {name}\n").as_bytes());
        Ok(())
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        let sums = std::mem::take(&mut self.sums);
        self.write(SUMS, sums.len() as u64, sums.as_slice())?;
        self.out.write_all(&[0; 2 * BLOCK_BYTES])?;
        self.out.flush()
    }

    fn write(&mut self, name: &str, bytes: u64, content: impl Read) -> io::Result<[u8; 32]> {
        self.out.write_all(&header(name, bytes, self.at_s)?)?;
        let mut digest = Sha256::new();
        let mut content = content.take(bytes);
        let mut buffer = vec![0; COPY_BYTES];
        let mut left = bytes;
        while left > 0 {
            let read = content.read(&mut buffer)?;
            let Some(chunk) = buffer.get(..read).filter(|chunk| !chunk.is_empty()) else {
                return Err(io::Error::other(format!("{name} became shorter while it was read")));
            };
            digest.update(chunk);
            self.out.write_all(chunk)?;
            left = left.saturating_sub(read as u64);
        }
        self.out.write_all(padding(bytes))?;
        Ok(digest.finalize().into())
    }
}

/// Why an archive is not read.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// It cannot be read.
    #[error("reading the backup: {0}")]
    Io(#[from] io::Error),
    /// It ends too early, was changed, or is something else.
    #[error("this is no whole backup of LinkMesh: {0}; nothing of it was used")]
    Damaged(String),
}

/// One file of an archive.
pub struct Entry<'r> {
    /// Its name, one of those that we write; it never leads out of a folder.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// Its content, which is checked later: whatever is made of it must go if [`read`] fails.
    pub content: &'r mut dyn Read,
}

/// Reads an archive to its end and hands out each file. Only when it answers with success was everything what it should be.
///
/// # Errors
/// See [`ArchiveError`], and what `take` answered.
pub fn read<E: From<ArchiveError>>(
    input: &mut dyn Read,
    mut take: impl FnMut(Entry<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let mut sums = BTreeMap::new();
    loop {
        let Some((name, bytes)) = next_header(input)? else {
            return Err(damaged("it ends before its list of checksums").into());
        };
        if name == SUMS {
            let mut listed = Vec::new();
            if bytes > SUMS_BYTES_MAX {
                return Err(damaged("its list of checksums is too long").into());
            }
            let part: &mut dyn Read = &mut *input;
            part.take(bytes).read_to_end(&mut listed).map_err(ArchiveError::from)?;
            skip(input, padding(bytes).len())?;
            check(&listed, &sums)?;
            return Ok(tail(input)?);
        }
        if !is_ours(&name) {
            return Err(damaged(&format!("it holds `{}`", name.escape_default())).into());
        }
        if sums.len() >= FILES_MAX || sums.contains_key(&name) {
            return Err(damaged(&format!("it holds too many files, or `{name}` twice")).into());
        }
        let part: &mut dyn Read = &mut *input;
        let mut content = Hashed { input: part.take(bytes), digest: Sha256::new(), left: bytes };
        take(Entry { name: name.clone(), bytes, content: &mut content })?;
        io::copy(&mut content, &mut io::sink()).map_err(ArchiveError::from)?;
        if content.left > 0 {
            return Err(damaged(&format!("it ends in the middle of {name}")).into());
        }
        sums.insert(name, content.digest.finalize().into());
        skip(input, padding(bytes).len())?;
    }
}

struct Hashed<'r> {
    input: io::Take<&'r mut dyn Read>,
    digest: Sha256,
    left: u64,
}

impl Read for Hashed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.digest.update(buffer.get(..read).unwrap_or_default());
        self.left = self.left.saturating_sub(read as u64);
        Ok(read)
    }
}

/// Whether we write files of this name. Everything else stays outside, above all what leads out of the folder.
fn is_ours(name: &str) -> bool {
    let hex = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    if name == super::ABOUT || name == super::REFS || super::KEYS.contains(&name) {
        return true;
    }
    if let Some(number) = name.strip_prefix("store/") {
        return number.len() == 8 && number.bytes().all(|b| b.is_ascii_digit());
    }
    let Some(object) = name.strip_prefix("config.git/objects/") else { return false };
    if let Some(pack) = object.strip_prefix("pack/pack-") {
        let name = pack.strip_suffix(".pack").or_else(|| pack.strip_suffix(".idx"));
        return name.is_some_and(|name| hex(name, 40));
    }
    object.split_once('/').is_some_and(|(start, rest)| hex(start, 2) && hex(rest, 38))
}

fn header(name: &str, bytes: u64, at_s: i64) -> io::Result<[u8; BLOCK_BYTES]> {
    if name.len() > NAME_BYTES_MAX || bytes > FILE_BYTES_MAX {
        return Err(io::Error::other(format!("{name} with {bytes} bytes is too large for a backup")));
    }
    let mut block = [0; BLOCK_BYTES];
    let mut field = |at: usize, text: &str| {
        if let Some(place) = block.get_mut(at..at + text.len()) {
            place.copy_from_slice(text.as_bytes());
        }
    };
    field(0, name);
    field(100, "0000600\0");
    field(108, "0000000\0");
    field(116, "0000000\0");
    field(124, &format!("{bytes:011o}\0"));
    field(136, &format!("{:011o}\0", at_s.clamp(0, 0o77_777_777_777)));
    field(148, "        ");
    field(156, "0");
    field(257, "ustar\x0000");
    let sum = sum_of(&block);
    if let Some(place) = block.get_mut(148..156) {
        place.copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    }
    Ok(block)
}

/// The name and length of the next file; nothing at the end.
fn next_header(input: &mut dyn Read) -> Result<Option<(String, u64)>, ArchiveError> {
    let mut block = [0; BLOCK_BYTES];
    input.read_exact(&mut block).map_err(early)?;
    if block.iter().all(|byte| *byte == 0) {
        return Ok(None);
    }
    let text = |from: usize, to: usize| {
        let field = block.get(from..to).unwrap_or_default();
        let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
        std::str::from_utf8(field.get(..end).unwrap_or_default()).unwrap_or("?").trim()
    };
    let octal = |from, to| u64::from_str_radix(text(from, to), 8);
    let (name, bytes, at) = (text(0, NAME_BYTES_MAX), octal(124, 136), octal(136, 148));
    // Whoever writes a header differently than we do, be it by one bit, did not write a backup.
    let ours = match (bytes, at.map(i64::try_from)) {
        (Ok(bytes), Ok(Ok(at_s))) => header(name, bytes, at_s).ok().map(|ours| (ours, bytes)),
        _ => None,
    };
    match ours {
        Some((ours, bytes)) if ours == block => Ok(Some((name.to_owned(), bytes))),
        _ => Err(damaged("a header is not one of ours")),
    }
}

fn sum_of(block: &[u8; BLOCK_BYTES]) -> u32 {
    block.iter().map(|byte| u32::from(*byte)).sum()
}

fn check(listed: &[u8], found: &BTreeMap<String, [u8; 32]>) -> Result<(), ArchiveError> {
    let listed = std::str::from_utf8(listed).map_err(|_| damaged("its list of checksums is no text"))?;
    let mut count = 0_usize;
    for line in listed.lines() {
        let (sum, name) = line.split_once("  ").ok_or_else(|| damaged("a checksum cannot be read"))?;
        let is = found.get(name).map(|digest| digest.iter().map(|b| format!("{b:02x}")).collect::<String>());
        if is.as_deref() != Some(sum) {
            return Err(damaged(&format!("{} is not what was written", name.escape_default())));
        }
        count = count.saturating_add(1);
    }
    if count == found.len() { Ok(()) } else { Err(damaged("it holds files that are not in its list")) }
}

/// Nothing but zeros may follow.
fn tail(input: &mut dyn Read) -> Result<(), ArchiveError> {
    let mut rest = [0; 2 * BLOCK_BYTES];
    input.read_exact(&mut rest).map_err(early)?;
    let more = input.read(&mut [0; 1])?;
    if more > 0 || rest.iter().any(|byte| *byte != 0) {
        return Err(damaged("something follows its end"));
    }
    Ok(())
}

fn skip(input: &mut dyn Read, bytes: usize) -> Result<(), ArchiveError> {
    let mut rest = [0; BLOCK_BYTES];
    let rest = rest.get_mut(..bytes).unwrap_or_default();
    input.read_exact(rest).map_err(early)?;
    if rest.iter().all(|byte| *byte == 0) { Ok(()) } else { Err(damaged("a gap is not empty")) }
}

fn padding(bytes: u64) -> &'static [u8] {
    const ZEROS: [u8; BLOCK_BYTES] = [0; BLOCK_BYTES];
    let over = usize::try_from(bytes % BLOCK_BYTES as u64).unwrap_or(0);
    if over == 0 { &[] } else { ZEROS.get(over..).unwrap_or_default() }
}

fn early(cause: io::Error) -> ArchiveError {
    match cause.kind() {
        io::ErrorKind::UnexpectedEof => damaged("it ends too early"),
        _ => ArchiveError::Io(cause),
    }
}

fn damaged(why: &str) -> ArchiveError {
    ArchiveError::Damaged(why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut archive = Archive::new(&mut out, 1_700_000_000);
        for (name, content) in files {
            archive.put(name, content).unwrap();
        }
        archive.finish().unwrap();
        out
    }

    fn names(bytes: &[u8]) -> Result<Vec<String>, ArchiveError> {
        let mut names = Vec::new();
        read(&mut &bytes[..], |entry| {
            names.push(entry.name);
            Ok::<_, ArchiveError>(())
        })?;
        Ok(names)
    }

    #[test]
    fn what_was_written_is_read_and_any_change_is_noticed() {
        let whole = archive(&[("store/00000000", b"abc"), ("keys/server.key", &[7; 600])]);
        assert_eq!(names(&whole).unwrap(), ["store/00000000", "keys/server.key"]);
        for at in 0..whole.len() {
            assert!(names(&whole[..at]).is_err(), "cut at {at}");
            let mut changed = whole.clone();
            changed[at] ^= 1;
            assert!(names(&changed).is_err(), "changed at {at}");
        }
        let mut longer = whole.clone();
        longer.push(0);
        assert!(names(&longer).is_err());
    }

    #[test]
    fn a_name_that_we_do_not_write_is_refused() {
        for name in [
            "../keys/server.key",
            "/etc/passwd",
            "keys/../../x",
            "keys/other.key",
            "config.git/config",
            "config.git/hooks/post-receive",
            "config.git/objects/pack/../../hooks/update",
            "config.git/objects/pack/pack-x.pack",
            "store/1",
            "store/../../../x",
            "",
        ] {
            assert!(!is_ours(name), "{name}");
            let error = names(&archive(&[(name, b"x")])).unwrap_err();
            assert!(error.to_string().contains("nothing of it was used"), "{name}: {error}");
        }
        let twice = archive(&[("store/00000000", b"a"), ("store/00000000", b"b")]);
        assert!(names(&twice).is_err());
    }

    #[test]
    fn common_tools_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("b.tar");
        std::fs::write(&file, archive(&[("store/00000000", b"abc"), ("keys/server.key", &[7; 32])])).unwrap();
        let script = "tar xf b.tar && sha256sum -c --quiet SHA256SUMS";
        let done =
            std::process::Command::new("sh").args(["-c", script]).current_dir(&folder).status().unwrap();
        assert!(done.success());
    }
}
