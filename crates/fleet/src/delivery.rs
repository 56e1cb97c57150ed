//! Who of a class may have a configuration now: a plain decision over where each collector stands.
//! Keeps nothing between two calls, so that a restart changes nothing. Start at [`plan`].

use crate::ids::Id;
use crate::route::Policy;

/// Where a collector stands with one configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It applied it, and is not (yet) healthy with it or not connected.
    Has,
    /// It may have it and has not answered.
    InFlight,
    /// It refused it.
    Failed,
    /// It applied it and is healthy.
    Healthy,
    /// It is connected and may not have it yet.
    Waiting,
    /// It is not connected and may not have it yet.
    Offline,
    /// Nothing is delivered to it, whatever others do.
    Held,
}

/// One collector of the class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Which.
    pub id: Id,
    /// Where it stands.
    pub standing: Standing,
}

/// What to do now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plan {
    /// These may have it.
    Release(Vec<Id>),
    /// Nothing, until this one has moved on.
    Wait {
        /// The one that is waited for.
        on: Id,
    },
    /// Nothing, until a person has seen to this one.
    Halted {
        /// The one that failed.
        on: Id,
    },
    /// Nobody is left.
    Done,
}

/// Decides who may have the configuration now.
///
/// `Policy::FirstOne` gives it to one connected collector and waits until that one is healthy with it; a failure halts. The
/// choice is the least id, so that everybody can predict it. Collectors that are away are not chosen; the first to return
/// may be. A first one that goes away in the middle is waited for: it may have gone because of what it was given. A person
/// who knows better holds it, and then another one is chosen.
#[must_use]
pub fn plan(policy: Policy, members: &[Member], frozen: bool) -> Plan {
    let open = ids(members, |standing| matches!(standing, Standing::Waiting | Standing::Offline));
    let trying = ids(members, |standing| matches!(standing, Standing::InFlight | Standing::Has));
    let Some(next) = open.first() else {
        let unanswered = ids(members, |standing| standing == Standing::InFlight).into_iter().next();
        return unanswered.map_or(Plan::Done, |on| Plan::Wait { on });
    };
    if frozen {
        return Plan::Wait { on: next.clone() };
    }
    let healthy = ids(members, |standing| standing == Standing::Healthy).len();
    // Only one has it before it is proven, so two that have it are proof as well: those whose backend is down today must not
    // keep a new collector from its configuration.
    let proven = healthy > 0 || trying.len() > 1;
    if policy == Policy::Immediate || proven {
        return Plan::Release(open);
    }
    if let Some(on) = ids(members, |standing| standing == Standing::Failed).into_iter().next() {
        return Plan::Halted { on };
    }
    if let Some(on) = trying.into_iter().next() {
        return Plan::Wait { on };
    }
    match ids(members, |standing| standing == Standing::Waiting).into_iter().next() {
        Some(first) => Plan::Release(vec![first]),
        None => Plan::Wait { on: next.clone() },
    }
}

/// Members that stand so, in the order of their ids.
fn ids(members: &[Member], stands: impl Fn(Standing) -> bool) -> Vec<Id> {
    let mut ids: Vec<Id> =
        members.iter().filter(|member| stands(member.standing)).map(|member| member.id.clone()).collect();
    ids.sort();
    ids
}
