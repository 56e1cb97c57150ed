//! Both ends of each link: what senders sent against what receivers received.
//! Start at [`ControlPlane::link_traffic`].

use std::collections::BTreeMap;
use std::sync::Arc;

use linkmesh_fleet::{Id, Kind, Place, Timestamp};
use linkmesh_throughput::{Flow, Signal};

use super::gather::{Seen, gather};
use super::sums::{Sum, loss};
use super::{Level, Question};
use crate::plane::ControlPlane;

/// Both ends by link.
pub(super) type LinkSums = BTreeMap<Id, LinkSum>;

/// Both ends of one link.
#[derive(Clone, Default)]
pub(super) struct LinkSum {
    pub(super) senders: EndSum,
    pub(super) receivers: EndSum,
}

/// One end of a link in several collectors.
#[derive(Clone, Default)]
pub(super) struct EndSum {
    pub(super) collectors: u64,
    pub(super) reporting: u64,
    pub(super) sum: Sum,
}

/// Both ends of a link now. Rates are events per second; what is unknown is nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkTraffic {
    /// When it was put together.
    pub as_of: Timestamp,
    /// Those that send.
    pub from: LinkEnd,
    /// Those that receive.
    pub to: LinkEnd,
    /// Sent and not received.
    pub lost_per_s: Option<f64>,
    /// The same, of what was sent.
    pub lost_percent: Option<f64>,
    /// Why something is unknown, or what to look at.
    pub note: Option<String>,
}

/// One end of a link.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct LinkEnd {
    /// Collectors that should run it.
    pub collectors: u64,
    /// Of them, with numbers that hold now.
    pub reporting: u64,
    /// Sent or received.
    pub flow: Flow,
}

/// What is known of the loss between two ends.
pub(super) struct Told {
    pub(super) per_s: Option<f64>,
    pub(super) percent: Option<f64>,
    pub(super) note: Option<String>,
}

impl LinkSum {
    /// What one collector adds to the links that it runs.
    pub(super) fn of(seen: &Seen, signal: Option<Signal>, now_ms: u64) -> LinkSums {
        let mut sums = LinkSums::new();
        let Some(class) = seen.class.as_ref().filter(|_| !seen.observed) else { return sums };
        for end in class.outline.sources.iter().filter(|end| end.place.kind == Kind::Link) {
            let sum = EndSum::of(seen, (&end.place, "source"), signal, now_ms);
            sums.entry(end.place.id.clone()).or_default().receivers = sum;
        }
        for end in class.outline.destinations.iter().filter(|end| end.place.kind == Kind::Link) {
            let sum = EndSum::of(seen, (&end.place, "destination"), signal, now_ms);
            sums.entry(end.place.id.clone()).or_default().senders = sum;
        }
        sums
    }

    pub(super) fn join(&mut self, other: &Self) {
        self.senders.join(&other.senders);
        self.receivers.join(&other.receivers);
    }

    /// The loss, where both ends are known in full.
    pub(super) fn told(&self) -> Told {
        let unknown = |note: String| Told { per_s: None, percent: None, note: Some(note) };
        for (end, verb) in [(&self.senders, "sends on"), (&self.receivers, "receives from")] {
            if end.collectors == 0 {
                return unknown(format!("no collector {verb} this link"));
            }
        }
        for (end, noun) in [(&self.senders, "sending"), (&self.receivers, "receiving")] {
            let silent = end.collectors.saturating_sub(end.reporting);
            if silent > 0 {
                return unknown(format!(
                    "{silent} of {} collectors on the {noun} side report no numbers, so what is lost is unknown",
                    end.collectors
                ));
            }
        }
        match loss(&self.senders.sum, &self.receivers.sum) {
            Some(loss) => Told { per_s: Some(loss.per_s), percent: loss.percent, note: None },
            None => unknown(
                "the two ends have not been counted over the same time yet; look again in a minute"
                    .to_owned(),
            ),
        }
    }
}

impl EndSum {
    fn of(seen: &Seen, (place, stage): (&Place, &str), signal: Option<Signal>, now_ms: u64) -> Self {
        let mut end = Self { collectors: 1, reporting: 0, sum: Sum::default() };
        let (Some(pulse), Some(config)) = (&seen.pulse, &seen.config) else { return end };
        end.reporting = 1;
        let path = place.to_string();
        for numbers in pulse.places.iter().filter(|numbers| signal.is_none() || numbers.signal == signal) {
            let known = config.slots().places().get(usize::from(numbers.slot));
            if known.is_some_and(|known| known.entity == path && known.stage == stage) {
                end.sum.add(pulse, numbers, now_ms);
            }
        }
        end
    }

    fn join(&mut self, other: &Self) {
        self.collectors += other.collectors;
        self.reporting += other.reporting;
        self.sum.join(&other.sum);
    }

    fn shown(&self) -> LinkEnd {
        LinkEnd { collectors: self.collectors, reporting: self.reporting, flow: self.sum.flow }
    }
}

impl ControlPlane {
    /// Both ends of a link now; nothing where there is no such link. Made at most once in a few seconds. Blocking.
    #[must_use]
    pub fn link_traffic(&self, id: &Id) -> Option<Arc<LinkTraffic>> {
        let (now, head) = (self.clock.now(), self.head.in_force());
        if !head.intent.links.contains_key(id) {
            return None;
        }
        Some(self.looks.links.get(id, (now, &head.revision), || {
            // A label that nobody can have: only the far ends of links are looked at.
            let nobody = Level::Label(String::new(), String::new());
            let question = Question { level: nobody, signal: None, by: None };
            let sums = gather(self, &question, now).links;
            let sum = sums.get(id).cloned().unwrap_or_default();
            let told = sum.told();
            LinkTraffic {
                as_of: now,
                from: sum.senders.shown(),
                to: sum.receivers.shown(),
                lost_per_s: told.per_s,
                lost_percent: told.percent,
                note: told.note,
            }
        }))
    }
}
