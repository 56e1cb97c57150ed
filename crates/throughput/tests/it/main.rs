//! The laws of counters, rates and their history.

mod alloy;
mod bounds;
mod charts;
mod collector;
mod properties;
mod pulses;
mod rates;
mod size;
mod stored;
mod views;
