//! What one request may cost, and which metric families it may bring in.
//! Knows nothing of encodings. Start at [`Limits`].

use crate::outcome::DecodeError;

/// The budget of one request. What exceeds `bytes` or `json_depth` fails the request; the rest rejects single points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Size of the decompressed body, in bytes.
    pub bytes: usize,
    /// Points of wanted families that reach the sink.
    pub points: u64,
    /// Attributes on one point, and on one scope.
    pub attributes_per_point: usize,
    /// Length of one attribute key or text value, in bytes.
    pub attribute_bytes: usize,
    /// Nesting of JSON arrays and objects. The protobuf walk descends a fixed number of levels and needs no such limit.
    pub json_depth: usize,
}

impl Default for Limits {
    /// Generous for one collector, whose push is a few kilobytes.
    fn default() -> Self {
        Self {
            bytes: 4 * 1024 * 1024,
            points: 10_000,
            attributes_per_point: 64,
            attribute_bytes: 1024,
            json_depth: 64,
        }
    }
}

impl Limits {
    pub(crate) fn check_size(&self, size_bytes: usize) -> Result<(), DecodeError> {
        if size_bytes > self.bytes {
            return Err(DecodeError::TooLarge { size_bytes, limit_bytes: self.bytes });
        }
        Ok(())
    }
}

/// The metric families that are kept; all others are passed over without being read.
#[derive(Debug, Clone)]
pub struct Wanted {
    names: Vec<&'static str>,
}

impl Wanted {
    /// The families with exactly these names.
    pub fn new(names: impl IntoIterator<Item = &'static str>) -> Self {
        let mut names: Vec<_> = names.into_iter().collect();
        names.sort_unstable();
        names.dedup();
        Self { names }
    }

    /// The caller's own spelling of a wanted name, or nothing.
    pub(crate) fn find(&self, name: &[u8]) -> Option<&'static str> {
        let at = self.names.binary_search_by(|known| known.as_bytes().cmp(name)).ok()?;
        self.names.get(at).copied()
    }
}
