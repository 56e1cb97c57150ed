//! Collectors' own counters become rates: which families count, a day of history in compact form, and the numbers read from it.
//! Knows no encoding of metrics, no collector and no clock. Start at [`History`].

mod batch;
mod families;
mod history;
mod key;
mod read;
mod stage;
mod varint;

pub use batch::{Added, Batch, Number, Reading};
pub use families::{Family, IdFrom, Says, SignalFrom, families, family_names, series_key};
pub use history::{
    COARSE_SPAN_MS, CorruptHistory, FINE_SPAN_MS, History, ID_BYTES_MAX, Recorded, SERIES_MAX,
};
pub use key::{ComponentKey, Kind, Measure, SeriesKey, Signal};
pub use read::{
    CHART_POINTS_MAX, Chart, ChartLine, ChartQuery, ComponentThroughput, Components, DEFAULT_WINDOW_MS, Flow,
    PULSE_POINTS, PULSE_STEP_MS, PlaceNumbers, Process, Pulse, Slots, Throughput,
};
pub use stage::{StageMap, StageRef};
