//! Who may have a configuration now: a plan for one configuration and the collectors that should run it.
//! Knows nothing of connections. Start at [`plan`].

use crate::ids::Id;
use crate::route::Policy;

/// How one collector stands to one configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It runs it, but does not feel well, or nobody knows.
    Has,
    /// It may have it, and has not answered.
    InFlight,
    /// It refused it.
    Failed,
    /// It runs it and feels well.
    Healthy,
    /// It is connected and may not have it yet.
    Waiting,
    /// It is not connected and may not have it yet.
    Offline,
    /// Delivery to it is stopped.
    Held,
}

/// One collector that should run the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Which.
    pub id: Id,
    /// How it stands.
    pub standing: Standing,
}

/// What to do now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plan {
    /// These may have it.
    Release(Vec<Id>),
    /// The first one is at it.
    Wait {
        /// Which.
        on: Id,
    },
    /// The first one failed: nobody else gets it.
    Halted {
        /// Which.
        on: Id,
    },
    /// There is nothing to do now.
    Done,
}

/// Plans one configuration. Members are taken in the order of their ids, so the plan is the same after a restart.
#[must_use]
pub fn plan(policy: Policy, members: &[Member], frozen: bool) -> Plan {
    if frozen {
        return Plan::Done;
    }
    let open = |member: &&Member| matches!(member.standing, Standing::Waiting | Standing::Offline);
    let mut rest: Vec<Id> = members.iter().filter(open).map(|member| member.id.clone()).collect();
    rest.sort();
    if rest.is_empty() {
        return Plan::Done;
    }
    let first = |standing: Standing| {
        members.iter().filter(|member| member.standing == standing).map(|member| &member.id).min().cloned()
    };
    let proven = first(Standing::Healthy).is_some();
    if policy == Policy::Immediate || proven {
        return Plan::Release(rest);
    }
    if let Some(on) = first(Standing::Failed) {
        return Plan::Halted { on };
    }
    // Whoever has it or is at it decides for the others.
    if let Some(on) = first(Standing::InFlight).or_else(|| first(Standing::Has)) {
        return Plan::Wait { on };
    }
    // Those who are away get it when they return; one of those who are here goes first.
    match first(Standing::Waiting) {
        Some(id) => Plan::Release(vec![id]),
        None => Plan::Done,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Standing::{Failed, Has, Healthy, Held, InFlight, Offline, Waiting};
    use proptest::prelude::*;

    fn members(standings: &[Standing]) -> Vec<Member> {
        let id = |at: usize| format!("c{at:02}").parse().unwrap();
        standings
            .iter()
            .enumerate()
            .map(|(at, standing)| Member { id: id(at), standing: *standing })
            .collect()
    }

    fn planned(standings: &[Standing]) -> Plan {
        plan(Policy::FirstOne, &members(standings), false)
    }

    fn id(at: usize) -> Id {
        format!("c{at:02}").parse().unwrap()
    }

    #[test]
    fn one_goes_first_and_the_rest_follow_once_it_is_well() {
        assert_eq!(planned(&[Offline, Waiting, Waiting]), Plan::Release(vec![id(1)]));
        assert_eq!(planned(&[Offline, InFlight, Waiting]), Plan::Wait { on: id(1) });
        assert_eq!(planned(&[Offline, Has, Waiting]), Plan::Wait { on: id(1) });
        assert_eq!(planned(&[Offline, Healthy, Waiting]), Plan::Release(vec![id(0), id(2)]));
        assert_eq!(planned(&[Offline, Failed, Waiting]), Plan::Halted { on: id(1) });
        assert_eq!(planned(&[Offline, Held]), Plan::Done);
        assert_eq!(planned(&[Healthy, Healthy]), Plan::Done);
    }

    #[test]
    fn immediate_asks_nobody_and_a_freeze_stops_everything() {
        assert_eq!(
            plan(Policy::Immediate, &members(&[Failed, Waiting, Offline]), false),
            Plan::Release(vec![id(1), id(2)])
        );
        assert_eq!(plan(Policy::Immediate, &members(&[Waiting]), true), Plan::Done);
    }

    proptest! {
        #[test]
        fn nobody_follows_before_one_is_well(standings in proptest::collection::vec(
            prop_oneof![Just(Has), Just(InFlight), Just(Failed), Just(Waiting), Just(Offline), Just(Held)], 0..12)) {
            if let Plan::Release(ids) = planned(&standings) {
                prop_assert_eq!(ids.len(), 1);
                let untouched = standings.iter().all(|s| matches!(s, Waiting | Offline | Held));
                prop_assert!(untouched, "nobody else may have it yet");
            }
        }

        #[test]
        fn a_fleet_where_all_goes_well_ends_up_well(count in 1_usize..12) {
            let mut standings = vec![Waiting; count];
            for _ in 0..3 {
                if let Plan::Release(ids) = planned(&standings) {
                    for (at, standing) in standings.iter_mut().enumerate() {
                        if ids.contains(&id(at)) { *standing = Healthy; }
                    }
                }
            }
            prop_assert!(standings.iter().all(|standing| *standing == Healthy));
        }
    }
}
