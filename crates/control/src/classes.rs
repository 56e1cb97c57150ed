//! Collectors that run the same share one class: rendered, hashed and encoded once for the whole fleet.
//! Knows nothing of single collectors. Start at [`Classes::class`].

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use linkmesh_fleet::intent::Reach;
use linkmesh_fleet::route::Policy;
use linkmesh_fleet::secret::REDACTED;
use linkmesh_fleet::{Intent, Place, Problem};
use linkmesh_render::{Outline, RenderError, Stability, Target, outline, render};

use crate::content::{Config, Contents};
use crate::records::MappedRecord;
use crate::secrets::Keys;

/// What decides a rendering, apart from the revision.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClassKey {
    /// What reaches it.
    pub reach: Reach,
    /// The version that it reports.
    pub version: Option<String>,
    /// It runs in a pod, where limits are percentages.
    pub kubernetes: bool,
    /// Which components an Alloy accepts, as its host claims.
    pub stability: Stability,
    /// It accepts community components, as its host claims.
    pub community: bool,
}

impl ClassKey {
    /// What is rendered for.
    #[must_use]
    pub fn target(&self) -> Target {
        Target::new(self.reach.runtime, self.version.as_deref(), self.kubernetes)
            .with_stability(self.stability)
            .with_community(self.community)
    }
}

/// One class under one revision.
pub struct Class {
    /// What makes it.
    pub key: ClassKey,
    /// Its configuration, or why there is none.
    pub outcome: Result<Arc<Config>, Vec<Problem>>,
    /// What deserves a look.
    pub warnings: Vec<Problem>,
    /// How changes reach its members: the most careful policy of its routes.
    pub policy: Policy,
    /// The places of its configuration; none where it has none.
    pub outline: Outline,
}

/// The classes of the revision in force.
#[derive(Default)]
pub struct Classes {
    rendered: Mutex<Rendered>,
}

#[derive(Default)]
struct Rendered {
    /// Which intent they are of.
    epoch: u64,
    by_key: HashMap<ClassKey, Arc<Class>>,
}

/// Classes kept at most, where hosts make up versions; those that nobody has go first.
const CLASSES_MAX: usize = 256;

impl Classes {
    /// Forgets everything, because the intent behind it changed to that of this epoch.
    pub fn begin(&self, epoch: u64) {
        let mut rendered = self.lock();
        rendered.epoch = epoch;
        rendered.by_key.clear();
    }

    /// The class for this key, rendered if nobody asked before.
    pub fn class(
        &self,
        key: &ClassKey,
        (intent, revision): (&Intent, &str),
        epoch: u64,
        renderer: &Renderer<'_>,
    ) -> Arc<Class> {
        let mut rendered = self.lock();
        if rendered.epoch != epoch {
            // Somebody who looked at an older intent; what comes out must not be taken for the present one.
            drop(rendered);
            return Arc::new(renderer.class(key, intent, revision));
        }
        if let Some(class) = rendered.by_key.get(key) {
            return Arc::clone(class);
        }
        let class = Arc::new(renderer.class(key, intent, revision));
        if rendered.by_key.len() >= CLASSES_MAX {
            rendered.by_key.retain(|_, class| Arc::strong_count(class) > 1);
        }
        if rendered.by_key.len() < CLASSES_MAX {
            rendered.by_key.insert(key.clone(), Arc::clone(&class));
        }
        class
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().by_key.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All classes rendered so far.
    #[must_use]
    pub fn all(&self) -> Vec<Arc<Class>> {
        self.lock().by_key.values().cloned().collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Rendered> {
        self.rendered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Renders with the keys of this installation.
pub struct Renderer<'a> {
    /// Opens sealed credentials.
    pub keys: &'a Keys,
    /// Shares equal results.
    pub contents: &'a Contents,
}

impl Renderer<'_> {
    /// Renders one class, twice: as served and as shown.
    #[must_use]
    pub fn class(&self, key: &ClassKey, intent: &Intent, revision: &str) -> Class {
        match self.trial(key, intent, revision) {
            Ok((config, warnings, policy)) => Class {
                key: key.clone(),
                outcome: Ok(self.contents.intern(config)),
                warnings,
                policy,
                outline: intent
                    .union(&key.reach)
                    .ok()
                    .and_then(|union| outline(&union, &key.target()))
                    .unwrap_or_default(),
            },
            Err(problems) => Class {
                key: key.clone(),
                outcome: Err(problems),
                warnings: Vec::new(),
                policy: Policy::default(),
                outline: Outline::default(),
            },
        }
    }

    /// Renders one class for a look: nothing of it is kept or shared.
    ///
    /// # Errors
    /// What keeps the class from having a configuration.
    pub fn trial(
        &self,
        key: &ClassKey,
        intent: &Intent,
        revision: &str,
    ) -> Result<(Config, Vec<Problem>, Policy), Vec<Problem>> {
        let union = intent.union(&key.reach)?;
        let policy = union.routes.iter().map(|route| route.entity.policy).max().unwrap_or(Policy::Immediate);
        let target = key.target();
        let open = |place: &Place, field: &str, sealed: &str| {
            self.keys.open(place, field, sealed).map_err(|cause| cause.to_string())
        };
        let hide = |_: &Place, _: &str, _: &str| Ok(REDACTED.to_owned());
        let served = render(&union, &target, &open).map_err(problems)?;
        let shown = render(&union, &target, &hide).map_err(problems)?;
        let map = served
            .map
            .iter()
            .map(|mapped| MappedRecord {
                component: mapped.component.clone(),
                kind: mapped.kind.as_str().to_owned(),
                entity: mapped.place.to_string(),
                stage: mapped.stage.clone(),
            })
            .collect();
        let config = Config::new(served.text, shown.text, served.idle, revision.to_owned(), map);
        Ok((config, served.warnings, policy))
    }
}

fn problems(error: RenderError) -> Vec<Problem> {
    match error {
        RenderError::Invalid(problems) => problems,
        RenderError::TooOld { .. } => vec![Problem::new("", "", error.to_string())],
    }
}
