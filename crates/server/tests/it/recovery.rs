//! The record is lost and the repository is not: collectors come back on an operator's word, and only so.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use linkmesh_control::clock::Clock;
use linkmesh_control::tokens::TokenDraft;
use linkmesh_control::{ControlPlane, Settings};
use linkmesh_fleet::enrollment::Refusal;
use linkmesh_fleet::{Id, Timestamp, Uid};

const HOUR: Duration = Duration::from_secs(3600);

fn open(folder: &Path, clock: &Clock) -> Arc<ControlPlane> {
    let settings = Settings {
        data_dir: folder.to_owned(),
        external_url: "http://127.0.0.1".to_owned(),
        clock: clock.clone(),
    };
    ControlPlane::open(&settings).unwrap()
}

fn contact(plane: &ControlPlane, token: &str, uid: Uid) -> Result<Id, Refusal> {
    let admitted = plane.admit_upgrade(token)?;
    let claims = BTreeMap::from([("host.name".to_owned(), "web".to_owned())]);
    let live = plane.enroll(&admitted.id, uid, &claims)?;
    let id = live.lock().record.id.clone();
    Ok(id)
}

/// Two collectors on one token of two uses and one on its own, after which the store is lost.
fn lost() -> (tempfile::TempDir, Clock, Vec<(String, Uid, Id)>) {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::by_hand(Timestamp(1_800_000_000_000));
    let plane = open(folder.path(), &clock);
    let token = |max_uses| {
        let draft = TokenDraft { max_uses: Some(max_uses), ..TokenDraft::default() };
        plane.create_token(draft, "user:ana").unwrap().1
    };
    let (shared, own) = (token(2), token(1));
    let known = [(&shared, 1), (&shared, 2), (&own, 3)]
        .map(|(token, number)| {
            let uid = Uid([number; 16]);
            (token.clone(), uid, contact(&plane, token, uid).unwrap())
        })
        .to_vec();
    plane.reconcile_all();
    plane.close();
    drop(plane);
    std::fs::remove_file(folder.path().join("linkmesh.redb")).unwrap();
    (folder, clock, known)
}

#[test]
fn without_a_word_an_unknown_credential_stays_refused() {
    let (folder, clock, known) = lost();
    let plane = open(folder.path(), &clock);
    for (token, uid, id) in &known {
        assert_eq!(contact(&plane, token, *uid), Err(Refusal::Unknown));
        assert!(plane.collector(id).is_some(), "the repository still knows it");
    }
}

#[test]
fn whoever_is_listed_comes_back_as_who_it_was_and_nobody_else_does() {
    let (folder, clock, known) = lost();
    let plane = open(folder.path(), &clock);
    let listed: BTreeSet<Id> = known.iter().take(2).map(|(_, _, id)| id.clone()).collect();
    plane.allow_recovery(Some(listed), HOUR, "system:test").unwrap();
    let (shared, first, first_id) = known[0].clone();
    assert_eq!(contact(&plane, &shared, Uid([9; 16])), Err(Refusal::Unknown), "no uid of ours");
    assert_eq!(contact(&plane, "lmenr_short", first), Err(Refusal::Unknown));
    assert_eq!(contact(&plane, &shared, first), Ok(first_id.clone()));
    assert_eq!(contact(&plane, &shared, first), Ok(first_id.clone()), "and again");
    // Somebody else with another token does not get what is taken.
    let other = format!("lmenr_{}", "A".repeat(43));
    assert!(contact(&plane, &other, first).is_err());
    assert_eq!(contact(&plane, &shared, known[1].1), Ok(known[1].2.clone()), "the second on the same token");
    assert_eq!(contact(&plane, &known[2].0, known[2].1), Err(Refusal::Unknown), "it was not listed");
    assert!(plane.recovery().is_none(), "all that were listed are back");
    plane.reconcile_all();
    plane.close();
    drop(plane);
    let again = open(folder.path(), &clock);
    assert_eq!(contact(&again, &shared, first), Ok(first_id), "it is durable");
    let audit = again.journal.audit_before(None, 100).unwrap();
    let recovered = audit.iter().filter(|entry| entry.action == "collectors.recover").count();
    assert_eq!(recovered, 2);
}

#[test]
fn a_recovery_ends_with_its_time() {
    let (folder, clock, known) = lost();
    let plane = open(folder.path(), &clock);
    assert_eq!(plane.allow_recovery(None, HOUR, "system:test").unwrap().collectors.len(), 3);
    clock.wind(HOUR);
    let (token, uid, _) = &known[2];
    assert_eq!(contact(&plane, token, *uid), Err(Refusal::Unknown));
}

#[test]
fn only_what_is_lost_can_be_recovered() {
    let (folder, clock, known) = lost();
    let plane = open(folder.path(), &clock);
    let one = |id: &Id| Some(BTreeSet::from([id.clone()]));
    let nobody: Id = "nobody".parse().unwrap();
    assert!(plane.allow_recovery(one(&nobody), HOUR, "system:test").is_err());
    assert!(plane.allow_recovery(None, Duration::ZERO, "system:test").is_err());
    assert!(plane.allow_recovery(None, HOUR * 25, "system:test").is_err());
    plane.allow_recovery(None, HOUR, "system:test").unwrap();
    let (token, uid, id) = &known[2];
    contact(&plane, token, *uid).unwrap();
    assert!(plane.allow_recovery(one(id), HOUR, "system:test").is_err());
}
