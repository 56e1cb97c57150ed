//! How a decode ended: points kept, points rejected and why, or the request as a whole refused.
//! Knows nothing of encodings. Start at [`Outcome`].

use thiserror::Error;

/// The count of a request that could be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Points handed to the sink.
    pub kept: u64,
    /// Points of wanted families that were refused, by reason. Points of other families count as accepted.
    rejected: [u64; Reason::ALL.len()],
}

impl Outcome {
    /// How many points were refused.
    pub fn rejected(&self) -> u64 {
        self.rejected.iter().sum()
    }

    /// How many points were refused for this reason.
    pub fn rejected_for(&self, reason: Reason) -> u64 {
        self.rejected.get(reason as usize).copied().unwrap_or(0)
    }

    /// A sentence for the sender's log: each reason with its count and what to change. Empty if nothing was refused.
    pub fn message(&self) -> String {
        let sentences: Vec<_> = Reason::ALL
            .into_iter()
            .map(|reason| (self.rejected_for(reason), reason.sentence()))
            .filter(|&(count, _)| count > 0)
            .map(|(count, sentence)| format!("{count} points {sentence}"))
            .collect();
        sentences.join("; ")
    }

    pub(crate) fn reject(&mut self, reason: Reason) {
        if let Some(count) = self.rejected.get_mut(reason as usize) {
            *count += 1;
        }
    }
}

/// Why a point of a wanted family was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The request holds more points than the limit.
    TooManyPoints,
    /// The point has more attributes than the limit.
    TooManyAttributes,
    /// A key or text value is longer than the limit.
    AttributeTooLong,
    /// A key or text value is not UTF-8.
    NotUtf8,
    /// The sum is a delta, or does not say what it is.
    NotCumulative,
}

impl Reason {
    const ALL: [Self; 5] = [
        Self::TooManyPoints,
        Self::TooManyAttributes,
        Self::AttributeTooLong,
        Self::NotUtf8,
        Self::NotCumulative,
    ];

    fn sentence(self) -> &'static str {
        match self {
            Self::TooManyPoints => "are over the limit of points in one request: send fewer series",
            Self::TooManyAttributes => "have too many attributes: remove views or processors that add them",
            Self::AttributeTooLong => "have an attribute that is too long",
            Self::NotUtf8 => "have an attribute that is not UTF-8",
            Self::NotCumulative => {
                "are not cumulative sums: set temporality_preference to cumulative in the metric reader's OTLP exporter \
                 (or OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=cumulative)"
            }
        }
    }
}

/// The request as a whole cannot be read. Points handed out before the fault was found must be thrown away.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// The body exceeds the limit; nothing was read.
    #[error("the request has {size_bytes} bytes, more than the {limit_bytes} allowed: send fewer series")]
    TooLarge {
        /// Size of the body.
        size_bytes: usize,
        /// The limit.
        limit_bytes: usize,
    },
    /// JSON nested deeper than the limit; nothing was read.
    #[error("the request nests deeper than {limit} levels")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// The bytes are not the message they claim to be.
    #[error("the request is not an OTLP metrics export: {0}")]
    Malformed(&'static str),
}
