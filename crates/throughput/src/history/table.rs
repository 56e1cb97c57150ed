//! The series of one collector: a bounded list whose positions stay what they are, and each one's latest number.
//! Knows nothing of time series. Start at [`Table`].

use std::sync::Arc;

use crate::key::SeriesKey;

/// Series by position, and the order of their keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Table {
    entries: Vec<Entry>,
    /// Positions in the order of the keys.
    sorted: Vec<u16>,
}

/// One series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) key: SeriesKey,
    pub(crate) latest: Latest,
}

/// A series as of the latest push.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Latest {
    /// As sent, all points added up.
    pub(crate) raw: u64,
    /// When the collector began to count, by its clock; 0 if it does not say.
    pub(crate) start_ms: u64,
    /// As kept: growth since the first push for a counter, the number itself for a gauge.
    pub(crate) kept: u64,
    /// When it was last part of a push, by our clock.
    pub(crate) seen_ms: u64,
    /// Whether it is part of the latest push.
    pub(crate) is_present: bool,
    /// Whether it was a sum of several points when it was last part of one.
    pub(crate) is_sum: bool,
}

impl Table {
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn find(&self, key: &SeriesKey) -> Option<usize> {
        let at = self.search(key).ok()?;
        self.sorted.get(at).map(|&position| usize::from(position))
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(crate) fn entry(&self, position: usize) -> Option<&Entry> {
        self.entries.get(position)
    }

    pub(crate) fn latest_mut(&mut self, position: usize) -> Option<&mut Latest> {
        self.entries.get_mut(position).map(|entry| &mut entry.latest)
    }

    pub(crate) fn all_latest_mut(&mut self) -> impl Iterator<Item = &mut Latest> {
        self.entries.iter_mut().map(|entry| &mut entry.latest)
    }

    /// Positions and entries in the order of the keys: the series of one component stand together.
    pub(crate) fn in_order(&self) -> impl Iterator<Item = (usize, &Entry)> {
        self.sorted.iter().filter_map(|&position| {
            let position = usize::from(position);
            self.entries.get(position).map(|entry| (position, entry))
        })
    }

    /// Adds a series that is not there yet: at `reuse`, whose series is forgotten, or at the end. Nothing if it is there
    /// or no position is left.
    pub(crate) fn insert(&mut self, mut key: SeriesKey, reuse: Option<usize>) -> Option<usize> {
        if let Some(position) = reuse {
            self.sorted.retain(|&known| usize::from(known) != position);
        }
        let at = self.search(&key).err()?;
        self.share_id(&mut key, at);
        let entry = Entry { key, latest: Latest::default() };
        let position = match reuse {
            Some(position) => {
                *self.entries.get_mut(position)? = entry;
                position
            }
            None => {
                self.entries.push(entry);
                self.entries.len() - 1
            }
        };
        self.sorted.insert(at, u16::try_from(position).ok()?);
        Some(position)
    }

    pub(crate) fn size_bytes(&self) -> usize {
        let shared: usize = self
            .entries
            .iter()
            .map(|entry| {
                (entry.key.component.id.len() + 16) / Arc::strong_count(&entry.key.component.id).max(1)
            })
            .sum();
        self.entries.capacity() * size_of::<Entry>() + self.sorted.capacity() * size_of::<u16>() + shared
    }

    /// Series of one component share the text of its id; its neighbors in order are where it would be.
    fn share_id(&self, key: &mut SeriesKey, at: usize) {
        let neighbors = [at.checked_sub(1), Some(at)];
        for neighbor in neighbors.into_iter().flatten().filter_map(|at| self.sorted.get(at)) {
            if let Some(entry) = self.entries.get(usize::from(*neighbor))
                && entry.key.component.id == key.component.id
            {
                key.component.id = Arc::clone(&entry.key.component.id);
                return;
            }
        }
    }

    fn search(&self, key: &SeriesKey) -> Result<usize, usize> {
        self.sorted.binary_search_by(|&position| match self.entries.get(usize::from(position)) {
            Some(entry) => entry.key.cmp(key),
            None => std::cmp::Ordering::Less,
        })
    }
}
