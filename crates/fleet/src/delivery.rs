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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn members(standings: &[Standing]) -> Vec<Member> {
        let member = |(at, standing): (usize, &Standing)| Member {
            id: format!("c{at:03}").parse().unwrap(),
            standing: *standing,
        };
        standings.iter().enumerate().map(member).collect()
    }

    fn decided(standings: &[Standing]) -> Plan {
        plan(Policy::FirstOne, &members(standings), false)
    }

    fn id(at: usize) -> Id {
        format!("c{at:03}").parse().unwrap()
    }

    use Standing::{Failed, Has, Healthy, Held, InFlight, Offline, Waiting};

    #[test]
    fn one_goes_first_and_the_rest_follow_once_it_is_healthy() {
        assert_eq!(decided(&[Waiting, Waiting, Offline]), Plan::Release(vec![id(0)]));
        assert_eq!(decided(&[InFlight, Waiting, Offline]), Plan::Wait { on: id(0) });
        assert_eq!(decided(&[Has, Waiting, Offline]), Plan::Wait { on: id(0) });
        assert_eq!(decided(&[Healthy, Waiting, Offline]), Plan::Release(vec![id(1), id(2)]));
        assert_eq!(decided(&[Healthy, Has, InFlight]), Plan::Wait { on: id(2) });
        assert_eq!(decided(&[Healthy, Has, Healthy]), Plan::Done);
    }

    #[test]
    fn a_failure_of_the_first_halts() {
        assert_eq!(decided(&[Failed, Waiting, Waiting]), Plan::Halted { on: id(0) });
        assert_eq!(decided(&[Failed, Offline]), Plan::Halted { on: id(0) });
        assert_eq!(decided(&[Failed]), Plan::Done, "nobody is kept waiting");
    }

    #[test]
    fn who_is_away_or_held_is_not_chosen_and_the_first_to_return_is() {
        assert_eq!(decided(&[Offline, Held, Waiting]), Plan::Release(vec![id(2)]));
        assert_eq!(decided(&[Offline, Offline]), Plan::Wait { on: id(0) });
        assert_eq!(decided(&[Offline, Waiting]), Plan::Release(vec![id(1)]));
        assert_eq!(decided(&[Held, Held]), Plan::Done);
    }

    #[test]
    fn a_first_one_that_is_held_makes_room_for_another() {
        assert_eq!(decided(&[InFlight, Waiting]), Plan::Wait { on: id(0) });
        assert_eq!(decided(&[Held, Waiting]), Plan::Release(vec![id(1)]));
    }

    #[test]
    fn a_newcomer_gets_what_several_others_have_although_none_is_healthy_today() {
        assert_eq!(decided(&[Has, Has, Waiting]), Plan::Release(vec![id(2)]));
        assert_eq!(decided(&[Has, Failed, Waiting]), Plan::Halted { on: id(1) });
    }

    #[test]
    fn everybody_at_once_where_that_is_the_policy_and_nobody_while_frozen() {
        let all = members(&[Waiting, Offline, Held, Failed]);
        assert_eq!(plan(Policy::Immediate, &all, false), Plan::Release(vec![id(0), id(1)]));
        assert_eq!(plan(Policy::Immediate, &all, true), Plan::Wait { on: id(0) });
        assert_eq!(plan(Policy::FirstOne, &members(&[Healthy, Waiting]), true), Plan::Wait { on: id(1) });
        assert_eq!(plan(Policy::FirstOne, &members(&[Healthy]), true), Plan::Done);
    }

    /// One thing that can happen to a collector between two looks.
    fn step(standing: Standing, chance: u8) -> Standing {
        match (standing, chance % 4) {
            (Waiting, 3) => Offline,
            (Offline, 3) => Waiting,
            (InFlight, 0) => Has,
            (InFlight, 1) => Failed,
            (Has, 0) => Healthy,
            (other, _) => other,
        }
    }

    proptest! {
        #[test]
        fn at_most_one_has_it_until_one_is_healthy_and_a_failed_first_halts(
            start in prop::collection::vec(prop_oneof![3 => Just(Waiting), 1 => Just(Offline), 1 => Just(Held)], 1..12),
            chances in prop::collection::vec(any::<u8>(), 0..400),
        ) {
            let mut now = members(&start);
            let mut proven = false;
            let mut chances = chances.into_iter();
            while let Some(chance) = chances.next() {
                match plan(Policy::FirstOne, &now, false) {
                    Plan::Release(ids) => {
                        prop_assert!(!ids.is_empty());
                        prop_assert!(proven || ids.len() == 1);
                        for member in now.iter_mut().filter(|member| ids.contains(&member.id)) {
                            prop_assert!(matches!(member.standing, Waiting | Offline));
                            prop_assert!(proven || member.standing == Waiting);
                            member.standing = InFlight;
                        }
                    }
                    Plan::Halted { on } => {
                        prop_assert!(!proven);
                        prop_assert!(now.iter().any(|member| member.id == on && member.standing == Failed));
                    }
                    Plan::Wait { .. } | Plan::Done => {}
                }
                let given = now.iter().filter(|m| !matches!(m.standing, Waiting | Offline | Held)).count();
                prop_assert!(proven || given <= 1, "{:?}", now);
                let at = usize::from(chance) % now.len();
                let member = now.get_mut(at).unwrap();
                member.standing = step(member.standing, chances.next().unwrap_or(0));
                proven |= member.standing == Healthy;
            }
        }

        #[test]
        fn where_nothing_fails_everybody_has_it_after_one_look_for_each_step(count in 1usize..200) {
            let mut now = members(&vec![Waiting; count]);
            let mut looks = 0;
            loop {
                looks += 1;
                prop_assert!(looks <= 8);
                match plan(Policy::FirstOne, &now, false) {
                    Plan::Release(ids) => {
                        now.iter_mut().filter(|m| ids.contains(&m.id)).for_each(|m| m.standing = InFlight);
                    }
                    Plan::Done => break,
                    Plan::Wait { .. } | Plan::Halted { .. } => {}
                }
                now.iter_mut().for_each(|m| m.standing = step(m.standing, 0));
            }
            prop_assert!(now.iter().all(|m| matches!(m.standing, Healthy | Has)));
        }
    }
}
