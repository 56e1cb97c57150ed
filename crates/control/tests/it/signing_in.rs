//! Who gets in, who is slowed down, and when a session ends.

use std::sync::Arc;
use std::time::Duration;

use linkmesh_control::accounts::{AccountError, SESSION_LIFETIME};
use linkmesh_fleet::access::Role;

use crate::world::World;

const PASSWORD: &str = "correct horse";

fn csrf(_: &[u8; 32]) -> String {
    String::new()
}

fn world() -> World {
    let world = World::new();
    world.plane.accounts.create_user("ana", PASSWORD, Role::Admin, world.clock.now()).unwrap();
    world
}

fn sign_in(world: &World, password: &str) -> Result<String, AccountError> {
    world.plane.accounts.sign_in("ana", password, world.clock.now(), csrf).map(|session| session.cookie)
}

fn is_open(world: &World, cookie: &str) -> bool {
    world.plane.accounts.session(cookie, world.clock.now(), csrf).is_some()
}

#[test]
fn guessing_is_slowed_down_and_the_right_password_works_after_the_pause() {
    let world = world();
    for _ in 0..5 {
        assert!(matches!(sign_in(&world, "wrong password"), Err(AccountError::Wrong)));
    }
    let Err(AccountError::Throttled { after_s }) = sign_in(&world, PASSWORD) else { panic!("not throttled") };
    world.wind(after_s);
    sign_in(&world, PASSWORD).unwrap();
    assert!(matches!(sign_in(&world, "wrong password"), Err(AccountError::Wrong)), "the count starts anew");
}

#[test]
fn guessing_in_parallel_is_slowed_down_just_the_same_and_takes_few_threads() {
    let world = Arc::new(world());
    let tries: Vec<_> = (0..60)
        .map(|number| {
            let world = Arc::clone(&world);
            std::thread::spawn(move || {
                // One name, or a new one each time: neither gets more than its share of the machine.
                let name = if number % 2 == 0 { "ana".to_owned() } else { format!("guess{number}") };
                world.plane.accounts.sign_in(&name, "wrong password", world.clock.now(), csrf).err().unwrap()
            })
        })
        .collect();
    let answers: Vec<_> = tries.into_iter().map(|tried| tried.join().unwrap()).collect();
    let wrong = answers.iter().filter(|e| matches!(e, AccountError::Wrong)).count();
    assert!((1..=30).contains(&wrong), "{wrong} of 60 were looked at");
    assert!(answers.iter().all(|e| matches!(e, AccountError::Wrong | AccountError::Throttled { .. })));
}

#[test]
fn a_session_ends_by_time_by_signing_out_and_by_a_reset_also_after_a_restart() {
    let mut world = world();
    let (first, second) = (sign_in(&world, PASSWORD).unwrap(), sign_in(&world, PASSWORD).unwrap());
    assert!(is_open(&world, &first) && is_open(&world, &second) && !is_open(&world, "lmses_x"));
    world.plane.accounts.sign_out(&first).unwrap();
    assert!(!is_open(&world, &first) && is_open(&world, &second));
    world.restart();
    assert!(!is_open(&world, &first) && is_open(&world, &second));
    world.plane.accounts.reset_password("ana", "another password").unwrap();
    assert!(!is_open(&world, &second));
    world.restart();
    assert!(!is_open(&world, &second));
    assert!(matches!(sign_in(&world, PASSWORD), Err(AccountError::Wrong)));
    let third = sign_in(&world, "another password").unwrap();
    world.clock.wind(SESSION_LIFETIME.checked_sub(Duration::from_secs(1)).unwrap());
    assert!(is_open(&world, &third));
    world.wind(1);
    assert!(!is_open(&world, &third));
}

#[test]
fn a_clock_that_goes_back_does_not_lock_anybody_out() {
    let world = world();
    let now = world.clock.now();
    for _ in 0..5 {
        let later = now.plus(Duration::from_secs(3600));
        assert!(world.plane.accounts.sign_in("ana", "wrong password", later, csrf).is_err());
    }
    sign_in(&world, PASSWORD).unwrap();
}

#[test]
fn a_program_loses_its_access_when_its_account_ends() {
    let mut world = world();
    let now = world.clock.now();
    let accounts = &world.plane.accounts;
    let (kept, token) = accounts.create_service("ci", Role::Operator, Some(60), now).unwrap();
    let (gone, other) = accounts.create_service("old", Role::Operator, None, now).unwrap();
    assert_eq!(accounts.authenticate(&token, now).map(|p| p.id), Some(kept.id));
    accounts.remove_service(&gone.id).unwrap();
    assert!(accounts.authenticate(&other, now).is_none());
    world.restart();
    let accounts = &world.plane.accounts;
    assert!(accounts.authenticate(&other, now).is_none());
    assert!(accounts.authenticate(&token, now).is_some());
    assert!(accounts.authenticate(&token, now.plus(Duration::from_secs(60))).is_none());
}
