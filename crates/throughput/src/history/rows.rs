//! Rows of numbers over one list of series, packed into blocks that can be read and thrown away one by one.
//! Knows nothing of what a series is. Start at [`Ring`].

use std::collections::VecDeque;

use crate::batch::VALUE_MAX;
use crate::varint::{Reader, put, put_step};

/// The numbers of one push. Position is series; nothing means that the push did not hold it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Row {
    /// When it reached us, by our clock.
    pub(crate) received_ms: u64,
    /// The collector's own time since the first row, free of the steps of its clock.
    pub(crate) elapsed_ms: u64,
    pub(crate) values: Vec<Option<u64>>,
}

/// Packed rows in the order of time, oldest out first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ring {
    shape: Shape,
    pub(crate) blocks: VecDeque<Block>,
    last: Packed,
}

/// The bounds of a ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    /// How far back it reaches.
    pub(crate) span_ms: u64,
    /// Least time between two rows.
    pub(crate) spacing_ms: u64,
    /// A block is closed when it has this many rows or covers this much time.
    pub(crate) block_rows: u16,
    pub(crate) block_span_ms: u64,
    pub(crate) blocks_max: usize,
}

/// Some consecutive rows: the first in full, each further one as the way from the one before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) first_received_ms: u64,
    pub(crate) last_received_ms: u64,
    pub(crate) rows: u16,
    pub(crate) bytes: Vec<u8>,
}

/// What the next row is packed against.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Packed {
    received_ms: u64,
    elapsed_ms: u64,
    values: Vec<u64>,
}

impl Ring {
    pub(crate) fn new(shape: Shape) -> Self {
        Self { shape, blocks: VecDeque::new(), last: Packed::default() }
    }

    /// A ring of blocks that were stored; nothing if one of them cannot be read or they are out of order.
    pub(crate) fn restore(shape: Shape, blocks: VecDeque<Block>, series: usize) -> Option<Self> {
        if blocks.len() > shape.blocks_max {
            return None;
        }
        let mut last = Packed::default();
        for block in &blocks {
            let before = last;
            let (mut rows, mut first_ms, mut first_elapsed_ms) = (0u16, 0, 0);
            last = unpack(&block.bytes, series, &mut |row| {
                if rows == 0 {
                    (first_ms, first_elapsed_ms) = (row.received_ms, row.elapsed_ms);
                }
                rows = rows.saturating_add(1);
            })?;
            let in_order = first_ms >= before.received_ms
                && (before.elapsed_ms < first_elapsed_ms || before == Packed::default());
            let as_said = (rows, first_ms, last.received_ms)
                == (block.rows, block.first_received_ms, block.last_received_ms);
            if rows == 0 || rows > shape.block_rows || !in_order || !as_said {
                return None;
            }
        }
        Some(Self { shape, blocks, last })
    }

    /// Whether a row at this time is far enough from the last one to be kept.
    pub(crate) fn has_room_at(&self, received_ms: u64, elapsed_ms: u64) -> bool {
        let spacing = self.shape.spacing_ms;
        self.blocks.is_empty()
            || (self.accepts(elapsed_ms)
                && (elapsed_ms.saturating_sub(self.last.elapsed_ms) >= spacing
                    || received_ms.saturating_sub(self.last.received_ms) >= spacing))
    }

    /// Whether a row at this time comes after the last one at all.
    pub(crate) fn accepts(&self, elapsed_ms: u64) -> bool {
        self.blocks.is_empty() || elapsed_ms > self.last.elapsed_ms
    }

    /// Packs a row behind the last one and lets go what is too old.
    pub(crate) fn push(&mut self, row: &Row) {
        let shape = self.shape;
        let fits = self.blocks.back().is_some_and(|block| {
            block.rows < shape.block_rows
                && row.received_ms.saturating_sub(block.first_received_ms) < shape.block_span_ms
        });
        if !fits {
            if let Some(closed) = self.blocks.back_mut() {
                closed.bytes.shrink_to_fit();
            }
            self.last = Packed::default();
            self.blocks.push_back(Block { first_received_ms: row.received_ms, ..Block::default() });
        }
        if let Some(block) = self.blocks.back_mut() {
            pack(&mut block.bytes, &mut self.last, row);
            block.rows += 1;
            block.last_received_ms = row.received_ms;
        }
        while self.blocks.len() > shape.blocks_max {
            self.blocks.pop_front();
        }
        self.forget_before(row.received_ms.saturating_sub(shape.span_ms));
    }

    /// Lets go the blocks that end before this time.
    fn forget_before(&mut self, oldest_ms: u64) {
        while self.blocks.front().is_some_and(|block| block.last_received_ms < oldest_ms) {
            self.blocks.pop_front();
        }
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.shape);
    }

    /// Unpacks the rows, oldest first, beginning with the last block that starts before `from_ms`.
    pub(crate) fn each_row_from(&self, from_ms: u64, each: &mut impl FnMut(&Row)) {
        let earlier = self.blocks.iter().take_while(|block| block.first_received_ms <= from_ms).count();
        for block in self.blocks.iter().skip(earlier.saturating_sub(1)) {
            // Blocks are checked when they are restored, so all of their rows can be read.
            let read = unpack(&block.bytes, usize::MAX, each);
            debug_assert!(read.is_some(), "a kept block is whole");
        }
    }

    pub(crate) fn size_bytes(&self) -> usize {
        self.blocks.iter().map(|block| block.bytes.capacity() + size_of::<Block>()).sum::<usize>()
            + self.last.values.capacity() * size_of::<u64>()
    }

    #[cfg(test)]
    pub(crate) fn packed_bytes(&self) -> (usize, usize) {
        let rows = self.blocks.iter().map(|block| usize::from(block.rows)).sum();
        (self.blocks.iter().map(|block| block.bytes.len()).sum(), rows)
    }
}

/// Appends a row: times, which series it holds, which of those moved, and how far.
fn pack(out: &mut Vec<u8>, last: &mut Packed, row: &Row) {
    put(out, row.received_ms.saturating_sub(last.received_ms));
    put(out, row.elapsed_ms.saturating_sub(last.elapsed_ms));
    (last.received_ms, last.elapsed_ms) = (row.received_ms, row.elapsed_ms);
    if last.values.len() < row.values.len() {
        last.values.resize(row.values.len(), 0);
    }
    let is_complete = row.values.iter().all(Option::is_some);
    put(out, (row.values.len() as u64) << 1 | u64::from(is_complete));
    if !is_complete {
        put_bits(out, row.values.iter().map(Option::is_some));
    }
    let steps = || row.values.iter().zip(&last.values);
    put_bits(out, steps().map(|(to, from)| to.is_some_and(|to| to != *from)));
    for (to, from) in steps() {
        if let Some(to) = to.filter(|to| to != from) {
            put_step(out, *from, to);
        }
    }
    for (to, from) in row.values.iter().zip(&mut last.values) {
        *from = to.unwrap_or(*from);
    }
}

/// Reads the rows of one block and answers the state after them; nothing if the bytes are not rows of at most `series`.
fn unpack(bytes: &[u8], series: usize, each: &mut impl FnMut(&Row)) -> Option<Packed> {
    let mut reader = Reader::of(bytes);
    let mut last = Packed::default();
    let mut row = Row::default();
    let mut is_first = true;
    while !reader.is_empty() {
        last.received_ms = last.received_ms.checked_add(reader.number()?)?;
        let passed_ms = reader.number()?;
        if passed_ms == 0 && !is_first {
            return None;
        }
        is_first = false;
        last.elapsed_ms = last.elapsed_ms.checked_add(passed_ms)?;
        let head = reader.size()?;
        let (count, is_complete) = (head >> 1, head & 1 == 1);
        if count > series || count < last.values.len() {
            return None;
        }
        let bitmap_bytes = count.div_ceil(8);
        let present = if is_complete { None } else { Some(reader.bytes(bitmap_bytes)?) };
        let moved = reader.bytes(bitmap_bytes)?;
        last.values.resize(count, 0);
        row.values.clear();
        for (at, value) in last.values.iter_mut().enumerate() {
            if bit(moved, at) {
                *value = reader.step(*value).filter(|value| *value <= VALUE_MAX)?;
            }
            let is_present = present.is_none_or(|bits| bit(bits, at));
            row.values.push(is_present.then_some(*value));
        }
        (row.received_ms, row.elapsed_ms) = (last.received_ms, last.elapsed_ms);
        each(&row);
    }
    Some(last)
}

fn put_bits(out: &mut Vec<u8>, bits: impl Iterator<Item = bool>) {
    let mut byte = 0u8;
    let mut used = 0;
    for bit in bits {
        byte |= u8::from(bit) << used;
        used += 1;
        if used == 8 {
            out.push(byte);
            (byte, used) = (0, 0);
        }
    }
    if used > 0 {
        out.push(byte);
    }
}

fn bit(bits: &[u8], at: usize) -> bool {
    bits.get(at / 8).is_some_and(|byte| byte >> (at % 8) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SHAPE: Shape = Shape {
        span_ms: u64::MAX,
        spacing_ms: 1,
        block_rows: 32,
        block_span_ms: 1_800_000,
        blocks_max: usize::MAX,
    };

    /// Rows later and wider than the one before, with any values and any holes.
    fn rows() -> impl Strategy<Value = Vec<Row>> {
        let value = prop_oneof![Just(None), Just(Some(7)), (0..=VALUE_MAX).prop_map(Some)];
        let turn = (0..100_000u64, 1..100_000u64, 0..3usize, prop::collection::vec(value, 20));
        prop::collection::vec(turn, 0..70).prop_map(|turns| {
            let mut last = Row::default();
            let mut rows = Vec::new();
            for (received_ms, elapsed_ms, wider, mut values) in turns {
                values.truncate(last.values.len() + wider);
                let received_ms = last.received_ms + received_ms;
                last = Row { received_ms, elapsed_ms: last.elapsed_ms + elapsed_ms, values };
                rows.push(last.clone());
            }
            rows
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

        #[test]
        fn a_ring_gives_back_the_rows_it_was_given(rows in rows()) {
            let mut ring = Ring::new(SHAPE);
            rows.iter().for_each(|row| ring.push(row));
            let mut back = Vec::new();
            ring.each_row_from(0, &mut |row| back.push(row.clone()));
            prop_assert_eq!(&back, &rows);
            prop_assert_eq!(Ring::restore(SHAPE, ring.blocks.clone(), 300), Some(ring));
        }

        #[test]
        fn damaged_rows_are_refused_or_read_but_never_a_panic(
            rows in rows(), at in any::<prop::sample::Index>(), to in any::<u8>(),
        ) {
            let mut ring = Ring::new(SHAPE);
            rows.iter().for_each(|row| ring.push(row));
            for block in &mut ring.blocks {
                let at = at.index(block.bytes.len());
                if let Some(byte) = block.bytes.get_mut(at) {
                    *byte = to;
                }
                unpack(&block.bytes, 20, &mut |_| {});
            }
            if let Some(ring) = Ring::restore(SHAPE, ring.blocks, 20) {
                ring.each_row_from(0, &mut |row| assert!(row.values.len() <= 20));
            }
        }
    }

    #[test]
    fn a_sample_takes_two_bytes_or_less() {
        let (mut ring, mut state, mut totals) = (Ring::new(SHAPE), 7u64, [0u64; 60]);
        for n in 1..=1_440u64 {
            for (series, total) in totals.iter_mut().enumerate().filter(|(series, _)| series % 5 != 0) {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let mean = 1 + series as u64 * 37 % 3_000;
                *total += mean / 2 + (state >> 33) % mean;
            }
            let values = totals.map(Some).to_vec();
            ring.push(&Row { received_ms: n * 60_000, elapsed_ms: n * 60_000 + n % 3, values });
        }
        let (bytes, rows) = ring.packed_bytes();
        let (bytes, samples) =
            (f64::from(u32::try_from(bytes).unwrap()), f64::from(u32::try_from(rows * 60).unwrap()));
        println!("{rows} rows of 60 series, 12 of them still: {:.2} bytes a sample", bytes / samples);
        assert!(bytes / samples < 2.0, "{}", bytes / samples);
    }
}
