//! Grafana Alloy itself, and the Alloy made of memory. Start at `story`.

mod boots;
mod entries;
mod fake;
mod fleet;
mod metrics;
mod player;
mod restarts;
mod story;
mod texts;
