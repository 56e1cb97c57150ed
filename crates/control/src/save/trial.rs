//! What a proposed change would do to collectors: every class of them is rendered for a look, and nothing of it is kept.
//! Knows nothing of commits. Start at [`ControlPlane::all_faults`].

use std::collections::{BTreeMap, BTreeSet};

use linkmesh_fleet::intent::Reach;
use linkmesh_fleet::{Id, Intent, Problem, Runtime, Scope};
use linkmesh_render::{OTELCOL_TESTED, Stability};

use crate::assign::class_key;
use crate::classes::ClassKey;
use crate::plane::ControlPlane;

/// Collectors named of one fault; the rest is counted.
const NAMED_MAX: usize = 5;

/// Who is in each class; nobody, where it stands for a scope alone.
type Members = BTreeMap<ClassKey, Vec<Id>>;

impl ControlPlane {
    /// Every fault of a candidate: in itself, and in any class of collectors that did not have it before. One that the entities
    /// do not have by themselves names the collectors that it is about.
    pub(crate) fn all_faults(&self, candidate: &Intent) -> Vec<Problem> {
        let faults = self.faults_of(candidate);
        if !faults.is_empty() {
            return faults;
        }
        let before: BTreeSet<Problem> = self
            .classes
            .all()
            .iter()
            .filter_map(|class| class.outcome.as_ref().err())
            .flatten()
            .cloned()
            .collect();
        let mut found: Vec<(Problem, Option<Vec<Id>>)> = Vec::new();
        let mut at: BTreeMap<Problem, usize> = BTreeMap::new();
        for (key, members) in self.class_members(candidate) {
            let problems = self.renderer().trial(&key, candidate, "").err().unwrap_or_default();
            // A conflict that labels or versions brought about is shown where it is; it does not stop other work.
            for problem in problems.into_iter().filter(|problem| !before.contains(problem)) {
                let index = *at.entry(problem.clone()).or_insert_with(|| {
                    found.push((problem, Some(Vec::new())));
                    found.len() - 1
                });
                let Some((_, about)) = found.get_mut(index) else { continue };
                match about {
                    _ if members.is_empty() => *about = None,
                    Some(about) => about.extend(members.iter().cloned()),
                    None => {}
                }
            }
        }
        found.into_iter().map(|(problem, about)| about_collectors(problem, about)).collect()
    }

    /// What deserves a look in an intent: in itself, and in any class of collectors.
    pub(crate) fn warnings_of(&self, intent: &Intent) -> Vec<Problem> {
        let mut warnings: BTreeSet<Problem> = intent.warnings().into_iter().collect();
        for (key, members) in self.class_members(intent) {
            let Ok((_, mut found, _)) = self.renderer().trial(&key, intent, "") else { continue };
            if members.is_empty() {
                // What does not run on a runtime that nobody has is nothing to look at.
                let stranded = intent.union(&key.reach).map(|union| union.stranded).unwrap_or_default();
                found.retain(|warning| !stranded.contains(warning));
            }
            warnings.extend(found);
        }
        warnings.into_iter().collect()
    }

    /// Every class that an intent makes of the present collectors, and of each scope alone, so that a mistake is found before
    /// there is anybody to suffer from it.
    fn class_members(&self, intent: &Intent) -> Members {
        let mut classes = Members::new();
        for live in self.roster.all() {
            let state = live.lock();
            let id = state.record.id.clone();
            if let Some(registration) = intent.collectors.get(&id) {
                let key = class_key(intent, &id, registration, &state.record.claims);
                classes.entry(key).or_default().push(id);
            }
        }
        let alone = |scopes: Vec<Scope>| ClassKey {
            reach: Reach {
                scopes: scopes.into_iter().filter(|scope| intent.scopes.contains_key(scope)).collect(),
                sends: Vec::new(),
                receives: Vec::new(),
                runtime: Runtime::Otelcol,
            },
            version: Some(OTELCOL_TESTED.to_string()),
            kubernetes: false,
            stability: Stability::default(),
            community: false,
        };
        classes.entry(alone(vec![Scope::Fleet])).or_default();
        for scope in intent.scopes.keys().filter(|scope| **scope != Scope::Fleet) {
            classes.entry(alone(vec![Scope::Fleet, scope.clone()])).or_default();
        }
        classes
    }
}

/// Says whom a fault is about, where it is not in the entities by themselves.
fn about_collectors(mut problem: Problem, about: Option<Vec<Id>>) -> Problem {
    let Some(about) = about.filter(|about| !about.is_empty()) else { return problem };
    let mut names: Vec<String> = about.iter().take(NAMED_MAX).map(|id| format!("`{id}`")).collect();
    let more = about.len().saturating_sub(NAMED_MAX);
    if more > 0 {
        names.push(format!("{more} more"));
    }
    let last = names.pop().unwrap_or_default();
    let names = if names.is_empty() { last } else { format!("{} and {last}", names.join(", ")) };
    problem.message = format!("{} (this is about {names})", problem.message);
    problem
}
