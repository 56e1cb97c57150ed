//! Rendered configurations, shared by every collector of a class and kept by hash.
//! Knows nothing of delivery. Start at [`Contents`].

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use linkmesh_fleet::intent::Reach;
use linkmesh_fleet::secret::REDACTED;
use linkmesh_fleet::{ConfigHash, Intent, Place, Runtime};
use linkmesh_render::{Target, render};
use linkmesh_store::{Expected, Scan, Store, Table, Typed};
use linkmesh_throughput::{Slots, StageMap, StageRef};

use crate::records::{ContentRecord, MappedRecord};
use crate::secrets::Keys;

const SCHEMA: u32 = 1;
const PREFIX: &str = "content/";
const SCAN_ENTRIES: usize = 1000;

/// One configuration as it is served. Two collectors with equal text share one of these.
pub struct Config {
    /// SHA-256 of the text.
    pub hash: ConfigHash,
    /// The exact text, credentials in clear. Empty where there is nothing to run.
    pub text: Arc<str>,
    /// The text as people may see it: the same bytes may hold a credential where somebody else wrote a plain value.
    shown: RwLock<Arc<str>>,
    /// There is nothing to run.
    pub idle: bool,
    /// The revision it was first rendered from.
    pub revision: String,
    /// Which rendered component belongs to which entity and stage.
    pub map: Vec<MappedRecord>,
    stages: OnceLock<StageMap>,
    slots: OnceLock<Slots>,
    /// The encoded form of whatever protocol serves it: made once, shared by all connections.
    pub wire: OnceLock<Arc<dyn std::any::Any + Send + Sync>>,
}

impl Config {
    /// A configuration from its rendered parts.
    #[must_use]
    pub fn new(text: String, redacted: String, idle: bool, revision: String, map: Vec<MappedRecord>) -> Self {
        Self {
            hash: ConfigHash::of(text.as_bytes()),
            text: text.into(),
            shown: RwLock::new(redacted.into()),
            idle,
            revision,
            map,
            stages: OnceLock::new(),
            slots: OnceLock::new(),
            wire: OnceLock::new(),
        }
    }

    /// What tells a program to run nothing: an empty set for otelcol, a comment for Alloy, which takes an empty text for no
    /// change.
    #[must_use]
    pub fn idle(runtime: Runtime, revision: String) -> Self {
        let reach = Reach { scopes: Vec::new(), sends: Vec::new(), receives: Vec::new(), runtime };
        let nothing = |_: &Place, _: &str, _: &str| Err("there is nothing to open".to_owned());
        let rendered = Intent::default()
            .union(&reach)
            .ok()
            .and_then(|union| render(&union, &Target::new(runtime, None, false), &nothing).ok());
        let text = rendered.map(|rendered| rendered.text).unwrap_or_default();
        Self::new(text.clone(), text, true, revision, Vec::new())
    }

    /// The text as people may see it.
    #[must_use]
    pub fn redacted(&self) -> Arc<str> {
        Arc::clone(&self.shown.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Hides what somebody else hides in the same text; says whether anything was shown until now.
    fn hide(&self, other: &str) -> bool {
        let mut shown = self.shown.write().unwrap_or_else(PoisonError::into_inner);
        let hidden = |line: &str| line.matches(REDACTED).count();
        if **shown == *other || shown.lines().count() != other.lines().count() {
            return false;
        }
        let lines = shown.split_inclusive('\n').zip(other.split_inclusive('\n'));
        let both: String =
            lines.map(|(ours, theirs)| if hidden(theirs) > hidden(ours) { theirs } else { ours }).collect();
        let changed = **shown != *both;
        *shown = both.into();
        changed
    }

    /// The map that attributes a collector's own counters to entities and stages.
    #[must_use]
    pub fn stages(&self) -> &StageMap {
        self.stages.get_or_init(|| {
            let mut stages = StageMap::default();
            for mapped in self.map.iter().filter(|mapped| is_counted(&mapped.stage)) {
                if let Some(kind) = linkmesh_throughput::Kind::parse(&mapped.kind) {
                    let stage = StageRef { entity: mapped.entity.clone(), stage: mapped.stage.clone() };
                    stages.insert(kind, mapped.component.clone(), stage);
                }
            }
            stages
        })
    }

    /// The places of that map by number.
    #[must_use]
    pub fn slots(&self) -> &Slots {
        self.slots.get_or_init(|| Slots::of(self.stages()))
    }
}

/// Whether a stage is a place on the canvas. The rest is plumbing, which counts the same records once more.
fn is_counted(stage: &str) -> bool {
    let one_of = ["source", "source-filter", "in", "out", "destination-filter", "destination"];
    one_of.contains(&stage) || stage.starts_with("edge:") || stage.starts_with("step:")
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Config({})", self.hash)
    }
}

/// All configurations that somebody has, may have, or had last; sealed on disk once they are released.
pub struct Contents {
    known: RwLock<HashMap<ConfigHash, Arc<Config>>>,
    table: Typed<ContentRecord>,
    keys: Arc<Keys>,
}

impl Contents {
    /// Reads back what the store has. A record that cannot be opened is left out and counted.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn open(
        store: Arc<dyn Store>,
        keys: Arc<Keys>,
    ) -> Result<(Self, usize), linkmesh_store::RecordError> {
        let table: Typed<ContentRecord> = Typed::new(store, Table::Snapshots, SCHEMA);
        let mut known = HashMap::new();
        let mut unreadable = 0;
        let mut scan = Scan::prefix(PREFIX).limit(SCAN_ENTRIES);
        loop {
            let (page, more) = table.scan(&scan)?;
            for (key, loaded) in &page {
                let record = &loaded.record;
                let text =
                    keys.open_bytes("content", &record.sealed).ok().and_then(|t| String::from_utf8(t).ok());
                let Some(text) = text else {
                    unreadable += 1;
                    continue;
                };
                let (redacted, revision) = (record.redacted.clone(), record.revision.clone());
                let config = Config::new(text, redacted, record.idle, revision, record.map.clone());
                if key.as_slice() == key_of(config.hash).as_bytes() {
                    known.insert(config.hash, Arc::new(config));
                } else {
                    unreadable += 1;
                }
            }
            match (page.last(), more) {
                (Some((last, _)), true) => {
                    scan = Scan::prefix(PREFIX).limit(SCAN_ENTRIES).after(last.clone());
                }
                _ => break,
            }
        }
        Ok((Self { known: RwLock::new(known), table, keys }, unreadable))
    }

    /// The shared copy of this configuration.
    #[must_use]
    pub fn intern(&self, config: Config) -> Arc<Config> {
        let redacted = config.redacted();
        let shared = {
            let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(known.entry(config.hash).or_insert_with(|| Arc::new(config)))
        };
        // What was a plain value is a credential by now.
        if shared.hide(&redacted)
            && let Err(cause) = self.keep_hidden(&shared)
        {
            tracing::error!(%cause, hash = %shared.hash, "a credential that was a plain value before stays readable in the store");
        }
        shared
    }

    /// Writes what a kept configuration hides; one that is not kept stays so.
    fn keep_hidden(&self, config: &Config) -> Result<(), linkmesh_store::RecordError> {
        let key = key_of(config.hash);
        let Some(kept) = self.table.get(key.as_bytes())? else { return Ok(()) };
        let record = ContentRecord { redacted: config.redacted().to_string(), ..kept.record };
        self.table.put_if(key.as_bytes(), Expected::Any, &record).map(|_| ())
    }

    /// A configuration by its hash.
    #[must_use]
    pub fn get(&self, hash: &ConfigHash) -> Option<Arc<Config>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).get(hash).cloned()
    }

    /// Writes a configuration to disk, sealed, before it is released to anybody.
    ///
    /// # Errors
    /// The store refused it; then it must not be released.
    pub fn keep(&self, config: &Config) -> Result<(), linkmesh_store::RecordError> {
        let key = key_of(config.hash);
        if self.table.get(key.as_bytes())?.is_some() {
            return Ok(());
        }
        let record = ContentRecord {
            sealed: self.keys.seal_bytes("content", config.text.as_bytes()),
            redacted: config.redacted().to_string(),
            revision: config.revision.clone(),
            idle: config.idle,
            map: config.map.clone(),
        };
        self.table.put_if(key.as_bytes(), Expected::Any, &record)?;
        Ok(())
    }

    /// Forgets every configuration that is not in use.
    ///
    /// # Errors
    /// The store refused a removal; the rest goes next time.
    pub fn retain(&self, used: &HashSet<ConfigHash>) -> Result<(), linkmesh_store::RecordError> {
        let unused: Vec<ConfigHash> = {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            // A class or a connection that still holds one keeps it alive.
            let idle = |(hash, config): &(&ConfigHash, &Arc<Config>)| {
                !used.contains(*hash) && Arc::strong_count(config) == 1
            };
            known.iter().filter(idle).map(|(hash, _)| *hash).collect()
        };
        for hash in unused {
            self.table.delete_if(key_of(hash).as_bytes(), Expected::Any)?;
            self.known.write().unwrap_or_else(PoisonError::into_inner).remove(&hash);
        }
        Ok(())
    }
}

fn key_of(hash: ConfigHash) -> String {
    format!("{PREFIX}{hash}")
}
