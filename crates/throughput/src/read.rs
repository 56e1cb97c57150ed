//! What people see: the flow through each stage now, and over the last day. Unknown is nothing, never zero.
//! Knows nothing of how rows are packed. Start at [`History::throughput`].

mod chart;
mod flow;
mod pulse;
mod window;

pub use chart::{CHART_POINTS_MAX, Chart, ChartLine, ChartQuery};
pub use flow::Flow;
use flow::{Numbers, flows, process};
pub use pulse::{PULSE_POINTS, PULSE_STEP_MS, PlaceNumbers, Pulse, Slots};

use crate::history::History;
use crate::key::{ComponentKey, Measure, SeriesKey, Signal};
use crate::stage::StageMap;

/// Rates look back this far unless asked otherwise.
pub const DEFAULT_WINDOW_MS: u64 = 60_000;

/// The numbers of one collector now.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Throughput {
    /// When the latest push was received, in milliseconds since 1970.
    pub as_of_unix_ms: Option<u64>,
    /// How much time the rates cover, in seconds.
    pub interval_s: Option<f64>,
    /// One for each stage and signal with numbers; a stage without any is there once, without signal.
    pub components: Vec<ComponentThroughput>,
    /// The collector's process.
    pub process: Process,
}

/// The flow through one stage.
#[derive(Debug, Clone, PartialEq)]
pub struct ComponentThroughput {
    /// The entity's path, as in the [`StageMap`].
    pub entity: String,
    /// The stage within it.
    pub stage: String,
    /// The signal; nothing where no number is known.
    pub signal: Option<Signal>,
    /// The numbers.
    pub flow: Flow,
}

/// The collector's process.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Process {
    /// Processor time used, where 100 is one processor.
    pub cpu_percent: Option<f64>,
    /// Resident memory, in bytes.
    pub memory_bytes: Option<u64>,
    /// Time since its start, in seconds.
    pub uptime_s: Option<f64>,
    /// Restarts seen: in the last day, or within one step of a chart.
    pub restarts: Option<u64>,
}

/// How the components of a collector are, where it only counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Components {
    /// So many are well.
    pub healthy: u64,
    /// So many are not.
    pub unhealthy: u64,
}

impl History {
    /// The numbers now, each rate over the last `window_ms` of the collector's time, at most about an hour. All are unknown where the latest push
    /// is older than three intervals; a rate is, where its series was pushed only once.
    pub fn throughput(&self, now_unix_ms: u64, window_ms: u64, map: &StageMap) -> Throughput {
        let window = self.window(now_unix_ms, window_ms);
        let numbers = Numbers { rates: &window.rates, levels: &window.levels };
        let mut components: Vec<_> = flows(&self.table, map, &numbers)
            .into_iter()
            .map(|((place, signal), flow)| ComponentThroughput {
                entity: place.entity.clone(),
                stage: place.stage.clone(),
                signal,
                flow,
            })
            .collect();
        for place in map.stages() {
            if !components.iter().any(|known| known.entity == place.entity && known.stage == place.stage) {
                let (entity, stage) = (place.entity.clone(), place.stage.clone());
                components.push(ComponentThroughput { entity, stage, signal: None, flow: Flow::default() });
            }
        }
        components.sort_by(|a, b| (&a.entity, &a.stage, a.signal).cmp(&(&b.entity, &b.stage, b.signal)));
        Throughput {
            as_of_unix_ms: self.latest_unix_ms(),
            interval_s: window.covered_ms.map(seconds),
            components,
            process: Process { restarts: self.restarts_of_a_day(), ..process(&self.table, &numbers) },
        }
    }

    /// The rate of one counter per second over the last `window_ms`; nothing if it is unknown.
    pub fn rate(&self, key: &SeriesKey, now_unix_ms: u64, window_ms: u64) -> Option<f64> {
        let position = self.table.find(key)?;
        self.window(now_unix_ms, window_ms).rates.get(position).copied().flatten()
    }

    /// The latest value of one gauge, in kept units; nothing if it is unknown.
    pub fn level(&self, key: &SeriesKey, now_unix_ms: u64) -> Option<u64> {
        let position = self.table.find(key)?;
        self.window(now_unix_ms, 0).levels.get(position).copied().flatten()
    }
}

impl History {
    /// How the collector's components are, by its own count in its latest push; nothing if it does not count them or has been
    /// silent for too long.
    pub fn components(&self, now_unix_ms: u64) -> Option<Components> {
        let silent_ms = now_unix_ms.saturating_sub(self.latest_unix_ms()?);
        let count = |measure| {
            let position = self.table.find(&SeriesKey { component: ComponentKey::process(), measure })?;
            let latest = self.table.entry(position)?.latest;
            latest.is_present.then_some(latest.kept)
        };
        // A state that no component is in is not sent.
        let (healthy, unhealthy) = (count(Measure::Healthy), count(Measure::Unhealthy));
        let is_known =
            (healthy.is_some() || unhealthy.is_some()) && silent_ms <= self.intervals.longest_gap_ms();
        is_known.then(|| Components { healthy: healthy.unwrap_or(0), unhealthy: unhealthy.unwrap_or(0) })
    }
}

/// Milliseconds as seconds. Exact below 2^53 ms, which no history reaches.
#[expect(clippy::cast_precision_loss, reason = "a rate needs no more than 53 bits")]
fn seconds(ms: u64) -> f64 {
    ms as f64 / 1000.0
}

/// Growth as a number to divide.
#[expect(clippy::cast_precision_loss, reason = "a rate needs no more than 53 bits")]
fn amount(count: u64) -> f64 {
    count as f64
}
