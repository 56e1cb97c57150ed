//! A history as bytes, so that a restart of the server forgets at most what came after the last write.
//! Knows no store. Start at [`History::to_bytes`].

use std::collections::VecDeque;

use thiserror::Error;

use super::rows::{Block, Ring};
use super::table::{Latest, Table};
use super::{COARSE, FINE, Head, History, ID_BYTES_MAX, Intervals, SERIES_MAX};
use crate::batch::VALUE_MAX;
use crate::key::{ComponentKey, Kind, Measure, SeriesKey, Signal};
use crate::varint::{Reader, put};

/// The bytes are not a history of a known version, or were damaged. Begin a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the stored throughput history cannot be read: begin a new one")]
pub struct CorruptHistory;

const MAGIC: &[u8] = b"LMT";
const VERSION: u8 = 1;
const CHECKSUM_BYTES: usize = 8;

impl History {
    /// The whole history in compact form: a version, the content and a checksum.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.push(VERSION);
        put(&mut out, u64::from(self.overflowed));
        put_head(&mut out, self.head);
        put(&mut out, self.intervals.recent_ms().len() as u64);
        for interval_ms in self.intervals.recent_ms() {
            put(&mut out, u64::from(*interval_ms));
        }
        put_table(&mut out, &self.table);
        put_ring(&mut out, &self.fine);
        put_ring(&mut out, &self.coarse);
        let sum = checksum(&out);
        out.extend_from_slice(&sum.to_le_bytes());
        out
    }

    /// Reads what [`History::to_bytes`] wrote.
    ///
    /// # Errors
    /// The bytes are of another version or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CorruptHistory> {
        let (content, sum) = bytes.split_last_chunk::<CHECKSUM_BYTES>().ok_or(CorruptHistory)?;
        if u64::from_le_bytes(*sum) != checksum(content) {
            return Err(CorruptHistory);
        }
        read(content).ok_or(CorruptHistory)
    }
}

fn read(content: &[u8]) -> Option<History> {
    let content = content.strip_prefix(MAGIC)?.strip_prefix(&[VERSION])?;
    let mut reader = Reader::of(content);
    let overflowed = flag(&mut reader)?;
    let head = read_head(&mut reader)?;
    let count = reader.size()?;
    let mut recent_ms = Vec::new();
    for _ in 0..count {
        recent_ms.push(u32::try_from(reader.number()?).ok()?);
    }
    let intervals = Intervals::restore(recent_ms)?;
    let table = read_table(&mut reader)?;
    let fine = Ring::restore(FINE, read_blocks(&mut reader)?, table.len())?;
    let coarse = Ring::restore(COARSE, read_blocks(&mut reader)?, table.len())?;
    reader.is_empty().then_some(History { table, head, intervals, fine, coarse, overflowed })
}

fn put_head(out: &mut Vec<u8>, head: Option<Head>) {
    put(out, u64::from(head.is_some()));
    if let Some(head) = head {
        put(out, head.received_ms);
        put(out, head.elapsed_ms);
        put(out, head.read_at_ms);
    }
}

fn read_head(reader: &mut Reader<'_>) -> Option<Option<Head>> {
    if !flag(reader)? {
        return Some(None);
    }
    let (received_ms, elapsed_ms) = (reader.number()?, reader.number()?);
    Some(Some(Head { received_ms, elapsed_ms, read_at_ms: reader.number()? }))
}

fn put_table(out: &mut Vec<u8>, table: &Table) {
    put(out, table.len() as u64);
    for entry in table.entries() {
        let SeriesKey { component: ComponentKey { kind, id, signal }, measure } = &entry.key;
        let latest = entry.latest;
        out.extend([*kind as u8, *measure as u8, signal.map_or(0, |signal| signal as u8 + 1)]);
        put(out, id.len() as u64);
        out.extend_from_slice(id.as_bytes());
        let flags = u64::from(latest.is_present) | u64::from(latest.is_sum) << 1;
        for number in [latest.raw, latest.start_ms, latest.kept, latest.seen_ms, flags] {
            put(out, number);
        }
    }
}

fn read_table(reader: &mut Reader<'_>) -> Option<Table> {
    let count = reader.size().filter(|count| *count <= SERIES_MAX)?;
    let mut table = Table::default();
    for _ in 0..count {
        let key = read_key(reader)?;
        let position = table.insert(key, None)?;
        let raw = reader.number().filter(|raw| *raw <= VALUE_MAX)?;
        let start_ms = reader.number()?;
        let kept = reader.number().filter(|kept| *kept <= VALUE_MAX)?;
        let seen_ms = reader.number()?;
        let flags = reader.number().filter(|flags| *flags <= 3)?;
        let (is_present, is_sum) = (flags & 1 != 0, flags & 2 != 0);
        *table.latest_mut(position)? = Latest { raw, start_ms, kept, seen_ms, is_present, is_sum };
    }
    Some(table)
}

fn read_key(reader: &mut Reader<'_>) -> Option<SeriesKey> {
    let [kind, measure, signal] = reader.bytes(3)? else { return None };
    let signal = match signal.checked_sub(1) {
        None => None,
        Some(number) => Some(*Signal::ALL.get(usize::from(number))?),
    };
    let length = reader.size().filter(|length| *length <= ID_BYTES_MAX)?;
    let id = str::from_utf8(reader.bytes(length)?).ok()?;
    let kind = *Kind::ALL.get(usize::from(*kind))?;
    let measure = *Measure::ALL.get(usize::from(*measure))?;
    Some(SeriesKey { component: ComponentKey { kind, id: id.into(), signal }, measure })
}

fn put_ring(out: &mut Vec<u8>, ring: &Ring) {
    put(out, ring.blocks.len() as u64);
    for block in &ring.blocks {
        for number in [block.first_received_ms, block.last_received_ms, u64::from(block.rows)] {
            put(out, number);
        }
        put(out, block.bytes.len() as u64);
        out.extend_from_slice(&block.bytes);
    }
}

fn read_blocks(reader: &mut Reader<'_>) -> Option<VecDeque<Block>> {
    let count = reader.size()?;
    let mut blocks = VecDeque::new();
    for _ in 0..count {
        let (first_received_ms, last_received_ms) = (reader.number()?, reader.number()?);
        let rows = u16::try_from(reader.number()?).ok()?;
        let length = reader.size()?;
        let bytes = reader.bytes(length)?.to_vec();
        blocks.push_back(Block { first_received_ms, last_received_ms, rows, bytes });
    }
    Some(blocks)
}

fn flag(reader: &mut Reader<'_>) -> Option<bool> {
    match reader.number()? {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    }
}

/// FNV-1a over the content: it finds damage, it keeps no one out.
fn checksum(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3))
}
