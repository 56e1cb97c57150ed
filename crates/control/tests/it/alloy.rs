//! An Alloy as the control plane sees it: what it says in its polls, and what it takes from the answers.

use std::sync::Arc;

use linkmesh_control::ControlPlane;
use linkmesh_control::content::Config;
use linkmesh_control::polls::{Caller, Identity, PollAnswer, PollReport, Verdict};
use linkmesh_control::roster::Live;
use linkmesh_fleet::ConfigHash;
use linkmesh_fleet::registration::Mode;

use crate::world::{World, ana};

/// An Alloy on a host: what it received last, and who it says that it is.
pub(crate) struct Alloy {
    plane: Arc<ControlPlane>,
    pub(crate) live: Arc<Live>,
    pub(crate) token: String,
    pub(crate) caller: Caller,
    pub(crate) has: Option<ConfigHash>,
}

impl Alloy {
    /// A collector is made and its token minted; its host has not come yet.
    pub(crate) fn new(world: &World, name: &str) -> Self {
        Self::of(world, name, "v1.19.2")
    }

    pub(crate) fn of(world: &World, name: &str, version: &str) -> Self {
        let plane = Arc::clone(&world.plane);
        plane.create_collector(name, Mode::AlloyRemotecfg, [].into(), Vec::new(), &ana()).unwrap();
        world.plane.reconcile_all();
        let token = plane.mint_token(&name.parse().unwrap(), false, &ana()).unwrap();
        let live = plane.use_collector_token(&token).unwrap();
        Self { plane, live, token, caller: caller(name, version), has: None }
    }

    /// The same host after the server started anew.
    pub(crate) fn on(&self, world: &World) -> Self {
        let plane = Arc::clone(&world.plane);
        let live = plane.use_collector_token(&self.token).unwrap();
        Self { plane, live, token: self.token.clone(), caller: self.caller.clone(), has: self.has }
    }

    /// As it does when it starts: registers, and has nothing.
    pub(crate) fn starts(&mut self) {
        self.has = None;
        self.registers();
    }

    /// Its process ended without a word, and another one asks.
    pub(crate) fn starts_again(&mut self) -> PollAnswer {
        self.starts();
        self.polls()
    }

    pub(crate) fn registers(&self) {
        assert!(!matches!(self.plane.identify_poller(&self.live, &self.caller), Identity::Foreign(_)));
        if self.plane.register_poller(&self.live, &self.caller) {
            self.plane.settle_poller(&self.live);
        }
        self.plane.reconcile_all();
    }

    /// Polls without a word and answers what it is told; takes in what it is given.
    pub(crate) fn polls(&mut self) -> PollAnswer {
        let verdict = self.has.map(|has| (has, Verdict::Pending));
        self.says(verdict, false)
    }

    pub(crate) fn says(&mut self, verdict: Option<(ConfigHash, Verdict)>, changed: bool) -> PollAnswer {
        let answer = self.says_only(verdict, changed, true);
        if let PollAnswer::Config(config) = &answer {
            self.has = Some(config.hash);
        }
        answer
    }

    pub(crate) fn says_only(
        &self,
        verdict: Option<(ConfigHash, Verdict)>,
        changed: bool,
        counts: bool,
    ) -> PollAnswer {
        let report = PollReport { has: self.has, verdict, changed, ..PollReport::default() };
        let heard = self.plane.hear_poll(&self.live, report, &self.caller);
        if heard.assign {
            self.plane.settle_poller(&self.live);
        }
        self.plane.reconcile_all();
        self.plane.answer_poll(&self.live, self.has, counts)
    }

    /// Reports that it runs what it received last, and what is answered to that.
    pub(crate) fn applied(&mut self) -> PollAnswer {
        let has = self.has.expect("a configuration");
        let text = self.plane.configs(&self.live).unwrap().offered.unwrap().0.text.to_string();
        let report = PollReport {
            has: Some(has),
            verdict: Some((has, Verdict::Applied)),
            effective: Some(text),
            changed: true,
            memory: Some("{}".to_owned()),
        };
        assert!(!self.plane.hear_poll(&self.live, report, &self.caller).assign);
        self.plane.reconcile_all();
        self.plane.answer_poll(&self.live, self.has, false)
    }

    pub(crate) fn runs_what_it_is_given(&mut self) -> Arc<Config> {
        let PollAnswer::Config(config) = self.polls() else { panic!("no configuration") };
        self.has = Some(config.hash);
        self.applied();
        config
    }

    /// Refuses what it received last; the answer to that report is thrown away.
    pub(crate) fn fails(&mut self, words: &str) {
        let has = self.has.expect("a configuration");
        drop(self.says_only(Some((has, Verdict::Failed(words.to_owned()))), true, false));
    }

    /// A later poll of one that still says the same.
    pub(crate) fn still(&mut self, verdict: Verdict) -> PollAnswer {
        self.says(self.has.map(|has| (has, verdict)), false)
    }
}

pub(crate) fn caller(id: &str, version: &str) -> Caller {
    let claims = [("collector.version", version), ("collector.os", "linux"), ("host.name", "edge")];
    Caller {
        id: id.to_owned(),
        claims: claims.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect(),
        peer: "192.0.2.7".to_owned(),
    }
}

pub(crate) fn config(answer: PollAnswer) -> Arc<Config> {
    match answer {
        PollAnswer::Config(config) => config,
        other => panic!("no configuration: {other:?}"),
    }
}
