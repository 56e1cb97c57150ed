//! What a collector, and the whole fleet, takes in and gives out.
//! Start at [`ControlPlane::fleet_totals`].

use std::collections::BTreeMap;
use std::sync::Arc;

use linkmesh_throughput::{Flow, PlaceNumbers, Process, Pulse, Signal, Slots};

use crate::counters::unix_ms;
use crate::plane::ControlPlane;
use crate::roster::State;

/// Routes that are named.
const TOP_ROUTES_MAX: usize = 8;

/// What one collector takes in and gives out, in events per second over all signals; what is unknown is nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Rates {
    /// Taken in by its sources.
    pub in_per_s: Option<f64>,
    /// Sent by its destinations.
    pub out_per_s: Option<f64>,
    /// Refused or failed at either.
    pub errors_per_s: Option<f64>,
    /// Its process.
    pub process: Process,
    /// Its numbers hold now.
    pub reporting: bool,
}

/// What the whole fleet takes in and gives out.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FleetTotals {
    /// Taken in by sources.
    pub in_per_s: Option<f64>,
    /// Sent by destinations.
    pub out_per_s: Option<f64>,
    /// Refused or failed at either.
    pub errors_per_s: Option<f64>,
    /// Collectors whose numbers these are.
    pub reporting: u64,
    /// Collectors of which nothing is known now.
    pub not_reporting: u64,
    /// The routes that match most, most first.
    pub top_routes: Vec<TopRoute>,
}

/// A route with what it takes.
#[derive(Debug, Clone, PartialEq)]
pub struct TopRoute {
    /// Its file.
    pub path: String,
    /// Events per second that its filter took.
    pub matched_per_s: Option<f64>,
    /// Events per second that its sources offered.
    pub offered_per_s: Option<f64>,
}

/// Which end of a collector a place is.
#[derive(Clone, Copy)]
pub(super) enum End {
    Source,
    Destination,
}

/// Hands out the places at either end of a collector.
pub(super) fn totals<'p>(
    slots: Option<&Slots>,
    pulse: &'p Pulse,
    signal: Option<Signal>,
    mut each: impl FnMut(End, &'p PlaceNumbers),
) {
    let Some(slots) = slots else { return };
    for place in pulse.places.iter().filter(|place| signal.is_none() || place.signal == signal) {
        match slots.places().get(usize::from(place.slot)).map(|known| known.stage.as_str()) {
            Some("source") => each(End::Source, place),
            Some("destination") => each(End::Destination, place),
            _ => {}
        }
    }
}

impl Rates {
    fn of(slots: Option<&Slots>, pulse: &Pulse) -> Self {
        let mut both = Flow::default();
        totals(slots, pulse, None, |_, place| both = both.plus(place.flow));
        Self {
            in_per_s: both.in_per_s,
            out_per_s: both.out_per_s,
            errors_per_s: both.errors_per_s,
            process: pulse.process,
            reporting: true,
        }
    }
}

impl ControlPlane {
    /// The numbers of a collector, if they hold now. They are read from its history once after each push; a history that was not
    /// needed since the start is not loaded for it, because it ends before the start.
    pub(crate) fn pulse(&self, state: &mut State, now_ms: u64) -> Option<Arc<Pulse>> {
        let released = state.released.clone();
        let hash = released.as_ref().map(|config| config.hash);
        let kept = state.pulse.as_ref().filter(|(of, _)| *of == hash).map(|(_, pulse)| Arc::clone(pulse));
        let pulse = match kept {
            Some(pulse) => pulse,
            None => {
                let nothing = Slots::default();
                let slots = released.as_ref().map_or(&nothing, |config| config.slots());
                let pulse = Arc::new(state.history.as_ref()?.pulse(slots)?);
                state.pulse = Some((hash, Arc::clone(&pulse)));
                pulse
            }
        };
        pulse.holds_at(now_ms).then_some(pulse)
    }

    /// What a collector takes in and gives out now.
    pub(crate) fn rates(&self, state: &mut State, now_ms: u64) -> Rates {
        let Some(pulse) = self.pulse(state, now_ms) else { return Rates::default() };
        Rates::of(state.released.as_ref().map(|config| config.slots()), &pulse)
    }

    /// What the whole fleet takes in and gives out now; made at most once in a few seconds. Blocking.
    #[must_use]
    pub fn fleet_totals(&self) -> Arc<FleetTotals> {
        let (now, head) = (self.clock.now(), self.head.in_force());
        self.looks.totals.get(&(), (now, &head.revision), || self.count_totals(unix_ms(now)))
    }

    fn count_totals(&self, now_ms: u64) -> FleetTotals {
        let mut totals = FleetTotals::default();
        let mut both = Flow::default();
        let mut routes: BTreeMap<String, Flow> = BTreeMap::new();
        for live in self.roster.all() {
            let (pulse, config) = {
                let mut state = live.lock();
                if state.record.archived.is_some() {
                    continue;
                }
                (self.pulse(&mut state, now_ms), state.released.clone())
            };
            let (Some(pulse), Some(config)) = (pulse, config) else {
                totals.not_reporting += 1;
                continue;
            };
            totals.reporting += 1;
            for place in &pulse.places {
                let Some(known) = config.slots().places().get(usize::from(place.slot)) else { continue };
                if known.stage.starts_with("edge:") {
                    match routes.get_mut(&known.entity) {
                        Some(route) => *route = route.plus(place.flow),
                        None => drop(routes.insert(known.entity.clone(), place.flow)),
                    }
                } else if known.stage == "source" || known.stage == "destination" {
                    both = both.plus(place.flow);
                }
            }
        }
        let mut top: Vec<TopRoute> = routes
            .into_iter()
            .map(|(path, flow)| TopRoute {
                path,
                matched_per_s: flow.out_per_s,
                offered_per_s: flow.in_per_s,
            })
            .collect();
        top.sort_by(|a, b| {
            let matched = |route: &TopRoute| route.matched_per_s.unwrap_or(-1.0);
            matched(b).total_cmp(&matched(a)).then_with(|| a.path.cmp(&b.path))
        });
        top.truncate(TOP_ROUTES_MAX);
        FleetTotals {
            in_per_s: both.in_per_s,
            out_per_s: both.out_per_s,
            errors_per_s: both.errors_per_s,
            top_routes: top,
            ..totals
        }
    }
}
