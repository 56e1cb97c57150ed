//! Trouble on the way, in the words of an Alloy that runs what it should all the same.
//! Knows nothing of the ledger: trouble changes nothing in it. Start at [`ControlPlane::trouble_of`].

use linkmesh_fleet::redact::redact_text;

use super::{PollReport, Verdict, words};
use crate::plane::ControlPlane;

/// What the listener refuses a poll with on purpose, so that the collector repeats its last report: no trouble of that one.
const OUR_QUESTION: &str = "the server lost what this collector last reported";
const WORDS_CHARS_MAX: usize = 500;

impl ControlPlane {
    /// What is to be told of a report, where it is of trouble that was not told yet.
    pub(super) fn trouble_of(&self, report: &PollReport) -> Option<String> {
        let (hash, Verdict::Trouble(said)) = report.verdict.as_ref().filter(|_| report.changed)? else {
            return None;
        };
        if said.contains(OUR_QUESTION) {
            return None;
        }
        // An Alloy that could not load the same text a second time quotes from it.
        let config = self.contents.get(hash);
        let said = config.map_or_else(|| said.clone(), |config| words::without_credentials(said, &config));
        let said: String =
            redact_text(&said).chars().filter(|c| !c.is_control()).take(WORDS_CHARS_MAX).collect();
        Some(format!("could not fetch its configuration for a while and went on with what it has: {said}"))
    }
}
