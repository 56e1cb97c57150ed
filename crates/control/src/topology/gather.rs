//! One look at every collector: who belongs to the question, what each runs, what its numbers add to.
//! Holds the lock of one collector at a time, and only while its numbers are read. Start at [`gather`].

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use linkmesh_fleet::intent::Claims;
use linkmesh_fleet::state::{ComponentHealth, Health, Status, Sync};
use linkmesh_fleet::{Id, Intent, Registration, Timestamp};
use linkmesh_throughput::{Pulse, Signal};

use super::links::{LinkSum, LinkSums};
use super::nodes::worst;
use super::pools::{PoolKey, largest, pools_of};
use super::sums::Sum;
use super::totals::totals;
use super::{Level, MEMBERS_MAX, NodeState, Question};
use crate::classes::Class;
use crate::content::Config;
use crate::counters::unix_ms;
use crate::deliver::health_of;
use crate::plane::ControlPlane;
use crate::roster::{Live, State};
use crate::views::{status_of, sync_of};

/// What one look found.
#[derive(Default)]
pub(super) struct Gathered {
    /// When, in milliseconds since 1970.
    pub(super) now_ms: u64,
    pub(super) classes: Vec<ClassSum>,
    pub(super) pools: BTreeMap<PoolKey, PoolSum>,
    /// Members one by one, where the question is about a part of the fleet; the first ones by id.
    pub(super) members: Vec<(Seen, PoolSum)>,
    /// All that the question is about, together.
    pub(super) whole: PoolSum,
    /// Both ends of every link, over the whole fleet.
    pub(super) links: LinkSums,
    /// What collectors say is wrong with an entity, by its path: how many of them, and what the first said.
    pub(super) troubles: BTreeMap<String, (u64, String)>,
    pub(super) observed: u64,
    pub(super) without_configuration: u64,
}

/// Collectors that should run the same.
pub(super) struct ClassSum {
    pub(super) class: Arc<Class>,
    pub(super) collectors: u64,
    pub(super) reporting: u64,
    /// Numbers by file of the entity, stage and signal.
    pub(super) sums: Sums,
    /// By number of the place and signal, for each configuration that its members have.
    by_config: HashMap<usize, (Arc<Config>, Places)>,
}

/// Sums by number of the place, and within it by signal.
type Places = Vec<Option<Box<Sum>>>;

/// Numbers by file of the entity, stage and signal.
pub(super) type Sums = HashMap<(String, String), BTreeMap<Option<Signal>, Sum>>;

/// Some collectors together.
#[derive(Clone, Default)]
pub(super) struct PoolSum {
    pub(super) collectors: u64,
    pub(super) connected: u64,
    pub(super) reporting: u64,
    pub(super) state: NodeState,
    pub(super) received: Sum,
    pub(super) sent: Sum,
    /// Which classes they are of, by number.
    pub(super) classes: Vec<usize>,
    /// Their share in the two ends of links.
    pub(super) links: LinkSums,
}

/// One collector at a moment.
pub(super) struct Seen {
    pub(super) id: Id,
    pub(super) name: String,
    pub(super) class: Option<Arc<Class>>,
    pub(super) config: Option<Arc<Config>>,
    /// Its numbers, if they hold now.
    pub(super) pulse: Option<Arc<Pulse>>,
    pub(super) state: NodeState,
    pub(super) observed: bool,
    pub(super) troubles: Vec<(String, String)>,
}

/// Signals and none, which is how numbers of one place are told apart.
const SIGNALS: [Option<Signal>; 4] = [Some(Signal::Logs), Some(Signal::Metrics), Some(Signal::Traces), None];

pub(super) fn gather(plane: &ControlPlane, question: &Question, now: Timestamp) -> Gathered {
    let head = plane.head.in_force();
    let intent = &head.intent;
    let now_ms = unix_ms(now);
    let mut gathered = Gathered { now_ms, ..Gathered::default() };
    let mut numbers: HashMap<usize, usize> = HashMap::new();
    let everybody = match &question.level {
        // Whoever has no links has no other ends either.
        Level::Collector(id) if !has_links(plane, id) => plane.roster.by_id(id).into_iter().collect(),
        _ => plane.roster.all(),
    };
    for live in everybody {
        let Some((seen, member, pools)) = look(plane, &live, question, intent, now_ms) else { continue };
        let links = LinkSum::of(&seen, question.signal, now_ms);
        for (link, ends) in &links {
            gathered.links.entry(link.clone()).or_default().join(ends);
        }
        if !member {
            continue;
        }
        let class_number = seen.class.clone().filter(|_| !seen.observed).map(|class| {
            *numbers.entry(Arc::as_ptr(&class) as usize).or_insert_with(|| {
                gathered.classes.push(ClassSum::new(class));
                gathered.classes.len() - 1
            })
        });
        gathered.observed += u64::from(seen.observed);
        gathered.without_configuration +=
            u64::from(seen.class.as_ref().is_some_and(|class| class.outcome.is_err()));
        for (path, why) in &seen.troubles {
            let trouble = gathered.troubles.entry(path.clone()).or_insert_with(|| (0, why.clone()));
            trouble.0 += 1;
        }
        let mut own = PoolSum::of(&seen, question.signal, now_ms);
        own.classes.extend(class_number);
        own.links = links;
        if let Some(class) = class_number.and_then(|number| gathered.classes.get_mut(number)) {
            class.add(&seen, question.signal, now_ms);
        }
        for pool in pools {
            gathered.pools.entry(pool).or_default().join(&own);
        }
        gathered.whole.join(&own);
        if question.level != Level::Fleet && gathered.members.len() < MEMBERS_MAX {
            gathered.members.push((seen, own));
        }
    }
    for class in &mut gathered.classes {
        class.settle();
    }
    gathered.pools = largest(std::mem::take(&mut gathered.pools));
    gathered
}

fn has_links(plane: &ControlPlane, id: &Id) -> bool {
    plane.roster.by_id(id).is_some_and(|live| {
        let state = live.lock();
        let class = state.assignment.class.as_ref();
        class.is_some_and(|class| !class.key.reach.sends.is_empty() || !class.key.reach.receives.is_empty())
    })
}

/// A collector, whether it belongs to the question, and the pools that it is in.
fn look(
    plane: &ControlPlane,
    live: &Arc<Live>,
    question: &Question,
    intent: &Intent,
    now_ms: u64,
) -> Option<(Seen, bool, Vec<PoolKey>)> {
    let mut state = live.lock();
    let registration = intent.collectors.get(&state.record.id).filter(|_| state.record.archived.is_none())?;
    let (id, claims) = (&state.record.id, &state.record.claims);
    let member = match &question.level {
        Level::Fleet => true,
        Level::Group(group) => intent.groups_of(id, registration, claims).contains(group),
        Level::Label(key, value) => registration.labels.get(key) == Some(value),
        Level::Collector(wanted) => wanted == id,
    };
    let pools = if question.level == Level::Fleet {
        pools_of(question.by.as_deref(), intent, (id, registration, claims))
    } else {
        Vec::new()
    };
    let is_far_end = state
        .assignment
        .class
        .as_ref()
        .is_some_and(|class| !class.key.reach.sends.is_empty() || !class.key.reach.receives.is_empty());
    if !member && !is_far_end {
        return None;
    }
    Some((Seen::of(plane, &mut state, registration, now_ms), member, pools))
}

impl Seen {
    fn of(plane: &ControlPlane, state: &mut State, registration: &Registration, now_ms: u64) -> Self {
        let pulse = plane.pulse(state, now_ms);
        let config = state.released.clone();
        let (sync, sync_reason) = sync_of(state, registration);
        let health = health_of(state);
        let (status, record) = (status_of(state), &state.record);
        let unwell = record.health.as_ref().filter(|known| !known.healthy && status == Status::Connected);
        let health_reason = unwell.map(|known| known.last_error.clone()).filter(|why| !why.is_empty());
        let mut troubles = Vec::new();
        if let (Some(unwell), Some(config)) = (unwell, &config) {
            each_trouble(unwell, "", &mut |component, why| {
                let mapped = config.map.iter().find(|mapped| {
                    component.strip_prefix(&mapped.kind).and_then(|rest| rest.strip_prefix(':'))
                        == Some(&mapped.component)
                });
                troubles.extend(mapped.map(|mapped| (mapped.entity.clone(), why.to_owned())));
            });
        }
        Self {
            id: record.id.clone(),
            name: registration.name.clone(),
            class: state.assignment.class.clone(),
            config,
            pulse,
            observed: state.assignment.observed,
            state: NodeState {
                status: Some(status),
                sync: Some(sync),
                health: Some(health),
                error: health_reason.or(sync_reason),
            },
            troubles,
        }
    }
}

/// The tree was bounded when it was read.
fn each_trouble(tree: &ComponentHealth, name: &str, each: &mut impl FnMut(&str, &str)) {
    if !tree.healthy && !tree.last_error.is_empty() {
        each(name, &tree.last_error);
    }
    for (name, below) in &tree.components {
        each_trouble(below, name, each);
    }
}

impl ClassSum {
    fn new(class: Arc<Class>) -> Self {
        let (sums, by_config) = (Sums::new(), HashMap::new());
        Self { class, collectors: 0, reporting: 0, sums, by_config }
    }

    fn add(&mut self, seen: &Seen, signal: Option<Signal>, now_ms: u64) {
        self.collectors += 1;
        let (Some(pulse), Some(config)) = (&seen.pulse, &seen.config) else { return };
        self.reporting += 1;
        let places = config.slots().places().len();
        let (_, sums) = self.by_config.entry(Arc::as_ptr(config) as usize).or_insert_with(|| {
            (Arc::clone(config), std::iter::repeat_n(None, places * SIGNALS.len()).collect())
        });
        for place in pulse.places.iter().filter(|place| signal.is_none() || place.signal == signal) {
            let at = SIGNALS.iter().position(|known| *known == place.signal).unwrap_or_default();
            if let Some(sum) = sums.get_mut(usize::from(place.slot) * SIGNALS.len() + at) {
                sum.get_or_insert_default().add(pulse, place, now_ms);
            }
        }
    }

    /// From numbers of places to their names, which members with an older configuration share.
    fn settle(&mut self) {
        for (config, sums) in std::mem::take(&mut self.by_config).into_values() {
            for (place, by_signal) in config.slots().places().iter().zip(sums.chunks(SIGNALS.len())) {
                for (signal, sum) in SIGNALS.iter().zip(by_signal) {
                    let Some(sum) = sum else { continue };
                    let key = (place.entity.clone(), place.stage.clone());
                    self.sums.entry(key).or_default().entry(*signal).or_default().join(sum);
                }
            }
        }
    }

    /// The numbers of a place, all signals together.
    pub(super) fn at(&self, path: &str, stage: &str) -> Option<Sum> {
        let by_signal = self.sums.get(&(path.to_owned(), stage.to_owned()))?;
        let mut all = Sum::default();
        by_signal.values().for_each(|sum| all.join(sum));
        Some(all)
    }

    /// The numbers of a place for one signal.
    pub(super) fn at_signal(&self, path: &str, stage: &str, signal: Signal) -> Option<&Sum> {
        self.sums.get(&(path.to_owned(), stage.to_owned()))?.get(&Some(signal))
    }
}

impl PoolSum {
    fn of(seen: &Seen, signal: Option<Signal>, now_ms: u64) -> Self {
        let mut pool = Self {
            collectors: 1,
            connected: u64::from(seen.state.status == Some(Status::Connected)),
            state: seen.state.clone(),
            ..Self::default()
        };
        if let Some(pulse) = &seen.pulse {
            pool.reporting = 1;
            let slots = seen.config.as_ref().map(|config| config.slots());
            totals(slots, pulse, signal, |end, place| match end {
                super::totals::End::Source => pool.received.add(pulse, place, now_ms),
                super::totals::End::Destination => pool.sent.add(pulse, place, now_ms),
            });
        }
        pool
    }

    pub(super) fn join(&mut self, other: &Self) {
        self.collectors += other.collectors;
        self.connected += other.connected;
        self.reporting += other.reporting;
        worst(&mut self.state, &other.state);
        self.received.join(&other.received);
        self.sent.join(&other.sent);
        for class in &other.classes {
            if !self.classes.contains(class) {
                self.classes.push(*class);
            }
        }
        for (link, ends) in &other.links {
            self.links.entry(link.clone()).or_default().join(ends);
        }
    }
}

/// Of several badges, the one that needs somebody most.
pub(super) fn urgency(sync: Sync) -> u8 {
    match sync {
        Sync::InSync => 0,
        Sync::Unknown => 1,
        Sync::Pending => 2,
        Sync::Held => 3,
        Sync::Drifted => 4,
        Sync::Failed => 5,
    }
}

/// Of several badges, the one that needs somebody most.
pub(super) fn health_urgency(health: Health) -> u8 {
    match health {
        Health::Healthy => 0,
        Health::Unknown => 1,
        Health::Degraded => 2,
        Health::Failed => 3,
    }
}

/// A collector as the repository knows it, with what its host claims.
pub(super) type Known<'a> = (&'a Id, &'a Registration, &'a Claims);
