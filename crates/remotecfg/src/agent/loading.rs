//! What one process holds of its remote configuration: what it received, what it runs, what it has said.
//! The order of things is Alloy's: the hash is stored before the content is looked at, and status is said when it changes.

use std::collections::BTreeMap;

use super::Text;
use super::exchange::Polled;
use super::settings::{AgentSettings, Generation, Opinion};
use crate::proto::{
    AgentConfigFile, AgentConfigMap, EffectiveConfig, GetConfigRequest, GetConfigResponse,
    RemoteConfigStatus, RemoteConfigStatuses,
};

/// What was loaded last, by the attributes of the block: whoever edits the block finds nothing.
pub(super) type Disk = BTreeMap<BTreeMap<String, String>, Text>;

/// The memory of one process.
#[derive(Clone, Debug, Default)]
pub(super) struct Loading {
    remote_hash: String,
    received: Option<Text>,
    loaded: Option<Text>,
    effective: Option<Text>,
    status: RemoteConfigStatus,
    sent_status: Option<RemoteConfigStatus>,
    sent_effective: Option<Text>,
    running: Running,
}

#[derive(Clone, Debug, Default)]
enum Running {
    #[default]
    Nothing,
    Whole(Text),
    Part(Text),
}

impl Loading {
    /// The next poll. What is put into it counts as said.
    pub(super) fn request(&mut self, settings: &AgentSettings) -> GetConfigRequest {
        let (attributes, local_attributes) = settings.generation.split(settings.all_attributes());
        let mut request = GetConfigRequest {
            id: settings.id.clone(),
            hash: self.remote_hash.clone(),
            attributes,
            local_attributes,
            ..GetConfigRequest::default()
        };
        if settings.generation.reports() {
            if self.status_is_news() {
                self.sent_status = Some(self.status.clone());
                request.remote_config_status = self.sent_status.clone();
            }
            if self.effective_is_news() {
                self.sent_effective.clone_from(&self.effective);
                request.effective_config = self.effective.as_deref().map(effective_config);
            }
        }
        request
    }

    pub(super) fn has_news(&self) -> bool {
        self.status_is_news() || self.effective_is_news()
    }

    /// A call failed: all will be said again.
    pub(super) fn forget_what_was_sent(&mut self) {
        self.sent_status = None;
        self.sent_effective = None;
    }

    /// Takes in the outcome of a poll; tells whether it failed.
    pub(super) fn take(&mut self, polled: Polled, disk: &mut Disk, settings: &AgentSettings) -> bool {
        match polled {
            Polled::NotModified => {
                if self.loaded.is_some() && self.loaded == self.received {
                    self.set_status(RemoteConfigStatuses::Applied, "");
                }
                false
            }
            Polled::Failed(words) => {
                self.forget_what_was_sent();
                self.set_status(RemoteConfigStatuses::Failed, &words);
                true
            }
            Polled::Content(response) => self.take_content(response, disk, settings),
        }
    }

    pub(super) fn load_from_disk(&mut self, disk: &Disk, settings: &AgentSettings) {
        let Some(text) = disk.get(&settings.attributes).cloned() else { return };
        if self.load(&text, settings).is_ok() {
            self.loaded = Some(text);
        }
    }

    pub(super) fn running_whole(&self) -> Option<&str> {
        if let Running::Whole(text) = &self.running { Some(text) } else { None }
    }

    pub(super) fn running_in_part(&self) -> Option<&str> {
        if let Running::Part(text) = &self.running { Some(text) } else { None }
    }

    pub(super) fn received_hash(&self) -> &str {
        &self.remote_hash
    }

    fn take_content(
        &mut self,
        response: GetConfigResponse,
        disk: &mut Disk,
        settings: &AgentSettings,
    ) -> bool {
        if !response.hash.is_empty() {
            self.remote_hash = response.hash;
        }
        let content = Some(Text::from(response.content));
        if self.received == content {
            return false;
        }
        self.received.clone_from(&content);
        if self.loaded == content {
            self.set_status(RemoteConfigStatuses::Applied, "");
            return false;
        }
        let Some(text) = content else { return false };
        self.set_status(RemoteConfigStatuses::Applying, "");
        match self.load(&text, settings) {
            Ok(()) => {
                self.loaded = Some(Text::clone(&text));
                self.set_status(RemoteConfigStatuses::Applied, "");
                disk.insert(settings.attributes.clone(), text);
                false
            }
            Err(words) => {
                self.set_status(RemoteConfigStatuses::Failed, words);
                self.restore(&text, disk, settings)
            }
        }
    }

    /// After a configuration failed to load: the last good one is loaded again from disk, if there is one. Tells whether that
    /// failed too.
    fn restore(&mut self, failed: &Text, disk: &Disk, settings: &AgentSettings) -> bool {
        if settings.generation < Generation::V1_12 {
            if matches!(&self.running, Running::Part(text) if text == failed) {
                self.loaded = Some(Text::clone(failed));
            }
            return true;
        }
        let good = self.loaded.is_some().then(|| disk.get(&settings.attributes).cloned()).flatten();
        good.is_none_or(|good| self.load(&good, settings).is_err())
    }

    /// Nothing at all is loaded without touching anything.
    fn load(&mut self, text: &Text, settings: &AgentSettings) -> Result<(), &'static str> {
        if text.is_empty() {
            return Ok(());
        }
        match (settings.judge)(text) {
            Opinion::Good => {
                self.running = Running::Whole(Text::clone(text));
                self.effective = Some(Text::clone(text));
                Ok(())
            }
            Opinion::Refused(words) => Err(words),
            Opinion::Evaluates(words) => {
                // The first graph of a process is all or nothing; a later one replaces what was healthy.
                if !matches!(self.running, Running::Nothing) {
                    self.running = Running::Part(Text::clone(text));
                }
                Err(words)
            }
        }
    }

    fn set_status(&mut self, status: RemoteConfigStatuses, words: &str) {
        self.status = RemoteConfigStatus { status: status.into(), error_message: words.to_owned() };
    }

    fn status_is_news(&self) -> bool {
        self.sent_status.as_ref() != Some(&self.status)
    }

    fn effective_is_news(&self) -> bool {
        self.effective.is_some() && self.effective != self.sent_effective
    }
}

fn effective_config(text: &str) -> EffectiveConfig {
    let file = AgentConfigFile { body: text.as_bytes().to_vec(), content_type: "text/plain".to_owned() };
    EffectiveConfig { config_map: Some(AgentConfigMap { config_map: [(String::new(), file)].into() }) }
}
