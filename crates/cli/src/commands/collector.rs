//! Verbs on collectors and on delivery: create, label, hold, release, retry, restart, archive, freeze.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use linkmesh_api::client::Client;
use linkmesh_api::types::{
    ArchiveRequest, BulkVerb, Collector, CreateCollector, DeliveryState, FreezeRequest, HoldRequest, Mode,
    PatchCollector,
};

use super::bulk::{self, is_for_many};
use super::removing::WHAT_FOLLOWS;
use super::rows::{health, pairs, status, sync};
use super::{Outcome, label_map};
use crate::args::{
    CollectorArguments, Create, DeregisterArguments, FreezeArguments, LabelArguments, ModeWord,
    ReasonArguments,
};
use crate::output::{Screen, note};

pub(super) fn create(screen: &mut Screen<'_>, client: &Client, what: Create) -> Result<Outcome> {
    let Create::Collector { name, mode, labels, groups } = what;
    let mode = match mode {
        ModeWord::Opamp => Mode::Opamp,
        ModeWord::AlloyRemotecfg => Mode::AlloyRemotecfg,
    };
    let made =
        client.create_collector(&CreateCollector { name, mode, labels: label_map(&labels), groups })?;
    screen.line(&made.id)?;
    screen.flush()?;
    let next = match made.mode {
        Mode::Opamp => "create --for",
        Mode::AlloyRemotecfg => "mint",
    };
    note(&format!("{} awaits its host: linkmesh token {next} {}", made.id, made.id));
    Ok(Outcome::Done)
}

pub(super) fn label(screen: &mut Screen<'_>, client: &Client, arguments: &LabelArguments) -> Result<Outcome> {
    if is_for_many(&arguments.collector, &arguments.selection)? {
        return bulk::label(screen, client, arguments);
    }
    if !(arguments.add_group.is_empty() && arguments.remove_group.is_empty()) {
        bail!("--add-group and --remove-group are for `collectors`");
    }
    let labels = bulk::changes(arguments)?;
    if labels.is_empty() {
        bail!("say what changes: key=value sets a label, key- removes one");
    }
    let changed = client
        .patch_collector(&arguments.collector, &PatchCollector { labels, ..PatchCollector::default() })?;
    screen.line(&format!("{}: {}", changed.id, pairs(&changed.labels)))?;
    Ok(Outcome::Done)
}

pub(super) fn hold(screen: &mut Screen<'_>, client: &Client, arguments: ReasonArguments) -> Result<Outcome> {
    let ReasonArguments { of, reason } = arguments;
    if is_for_many(&of.collector, &of.selection)? {
        return bulk::verb(screen, client, &of, (BulkVerb::Hold, reason));
    }
    let collector = client.hold(&of.collector, &HoldRequest { reason })?;
    said(screen, &collector, "is held: nothing is offered to it until `linkmesh release`")
}

pub(super) fn release(
    screen: &mut Screen<'_>,
    client: &Client,
    arguments: &CollectorArguments,
) -> Result<Outcome> {
    if is_for_many(&arguments.collector, &arguments.selection)? {
        return bulk::verb(screen, client, arguments, (BulkVerb::Release, None));
    }
    said(screen, &client.release(&arguments.collector)?, "is released")
}

pub(super) fn retry(
    screen: &mut Screen<'_>,
    client: &Client,
    arguments: &CollectorArguments,
) -> Result<Outcome> {
    if is_for_many(&arguments.collector, &arguments.selection)? {
        return bulk::verb(screen, client, arguments, (BulkVerb::Retry, None));
    }
    said(screen, &client.retry(&arguments.collector)?, "is offered its configuration again")
}

pub(super) fn restart(
    screen: &mut Screen<'_>,
    client: &Client,
    arguments: &CollectorArguments,
) -> Result<Outcome> {
    if is_for_many(&arguments.collector, &arguments.selection)? {
        return bulk::verb(screen, client, arguments, (BulkVerb::Restart, None));
    }
    said(screen, &client.restart(&arguments.collector)?, "is told to restart")
}

pub(super) fn archive(
    screen: &mut Screen<'_>,
    client: &Client,
    arguments: ReasonArguments,
) -> Result<Outcome> {
    let ReasonArguments { of, reason } = arguments;
    if is_for_many(&of.collector, &of.selection)? {
        return bulk::verb(screen, client, &of, (BulkVerb::Archive, reason));
    }
    client.archive(&of.collector, &ArchiveRequest { reason })?;
    screen.line(&format!("{} is archived, until its host is back", of.collector))?;
    screen.flush()?;
    note(&format!(
        "`linkmesh get collectors --archived` lists it; `linkmesh deregister {}` removes it",
        of.collector
    ));
    Ok(Outcome::Done)
}

pub(super) fn unarchive(
    screen: &mut Screen<'_>,
    client: &Client,
    arguments: &CollectorArguments,
) -> Result<Outcome> {
    if is_for_many(&arguments.collector, &arguments.selection)? {
        return bulk::verb(screen, client, arguments, (BulkVerb::Unarchive, None));
    }
    client.unarchive(&arguments.collector)?;
    screen.line(&format!("{} is not archived any more", arguments.collector))?;
    Ok(Outcome::Done)
}

pub(super) fn deregister(
    screen: &mut Screen<'_>,
    client: &Client,
    arguments: &DeregisterArguments,
) -> Result<Outcome> {
    client.remove_collector(&arguments.collector, arguments.now)?;
    screen.line(&format!("{} is removed", arguments.collector))?;
    if !arguments.now {
        note(WHAT_FOLLOWS);
    }
    Ok(Outcome::Done)
}

pub(super) fn freeze(
    screen: &mut Screen<'_>,
    client: &Client,
    arguments: FreezeArguments,
) -> Result<Outcome> {
    delivery(screen, &client.freeze(&FreezeRequest { reason: arguments.reason })?)
}

pub(super) fn unfreeze(screen: &mut Screen<'_>, client: &Client) -> Result<Outcome> {
    delivery(screen, &client.unfreeze()?)
}

fn said(screen: &mut Screen<'_>, collector: &Collector, what: &str) -> Result<Outcome> {
    screen.line(&format!("{} {what}", collector.id))?;
    let state = [status(collector.status), sync(collector.sync), health(collector.health)].join(", ");
    note(&format!("now: {state}"));
    Ok(Outcome::Done)
}

fn delivery(screen: &mut Screen<'_>, state: &DeliveryState) -> Result<Outcome> {
    let reason = state.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
    screen.line(&if state.frozen {
        format!(
            "all delivery is frozen{reason}; nothing new is offered, but an Alloy still gets back what it ran. `linkmesh unfreeze` resumes it"
        )
    } else {
        "delivery is on".to_owned()
    })?;
    Ok(Outcome::Done)
}

pub(super) fn label_changes(changes: &[String]) -> Result<BTreeMap<String, Option<String>>> {
    let mut labels = BTreeMap::new();
    for change in changes {
        let (key, value) = match (change.split_once('='), change.strip_suffix('-')) {
            (Some((key, value)), _) => (key, Some(value.to_owned())),
            (None, Some(key)) => (key, None),
            (None, None) => bail!("`{change}` is neither key=value nor key-"),
        };
        if key.is_empty() {
            bail!("`{change}` has no key");
        }
        if labels.insert(key.to_owned(), value).is_some() {
            bail!("`{key}` is given twice");
        }
    }
    Ok(labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(words: &[&str]) -> Result<BTreeMap<String, Option<String>>> {
        label_changes(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_label_is_set_with_an_equals_sign_and_removed_with_a_minus() {
        let labels = changes(&["env=prod-", "role-"]).unwrap();
        assert_eq!(labels["env"].as_deref(), Some("prod-"));
        assert_eq!(labels["role"], None);
        for wrong in [&["env"][..], &["=x"], &["-"], &["a=1", "a-"]] {
            assert!(changes(wrong).is_err(), "{wrong:?}");
        }
    }
    #[test]
    fn whoever_freezes_is_told_what_still_goes_on() {
        let state =
            DeliveryState { frozen: true, reason: Some("storm".to_owned()), ..DeliveryState::default() };
        let mut out = Vec::new();
        delivery(&mut Screen::plain(&mut out, jiff::Timestamp::UNIX_EPOCH), &state).unwrap();
        let told = String::from_utf8(out).unwrap();
        assert!(told.starts_with("all delivery is frozen: storm; nothing new is offered"), "{told}");
        assert!(told.contains("still gets back what it ran") && told.contains("linkmesh unfreeze"), "{told}");
    }
}
