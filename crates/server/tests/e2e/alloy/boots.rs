//! Starts and reloads of an Alloy whose server is not what it should be, with a real one and with one made of memory.

use std::time::Duration;

use linkmesh_remotecfg::{Code, Method};
use linkmesh_testkit::collector_service::{Answering, CollectorService, Heard};
use linkmesh_testkit::wait::{never, until};

use super::player::{Player, act, line, side_by_side};
use super::texts::SECOND;

const END_MAX: Duration = Duration::from_secs(60);

/// Real ones mostly wait, so all plays run at the same time.
const PLAYS: [fn(); 7] = [
    one_whose_first_registration_fails_ends_after_a_single_try,
    one_that_starts_without_a_server_ends_although_it_has_a_configuration_on_disk,
    one_whose_second_registration_fails_never_asks_again_until_it_is_restarted,
    one_that_gets_no_configuration_at_its_start_runs_what_it_had_and_asks_on,
    a_reload_with_other_attributes_registers_and_asks_at_once,
    a_reload_that_cannot_register_fails_and_the_process_goes_on_with_the_new_attributes,
    an_outage_in_between_is_told_as_a_failure_and_taken_back,
];

#[test]
fn starts_and_reloads_are_those_of_the_real_one() {
    std::thread::scope(|scope| PLAYS.iter().for_each(|play| drop(scope.spawn(play))));
}

fn ends(player: &mut dyn Player) {
    until("it ends by itself", END_MAX, || (!player.lives()).then_some(()));
}

/// Nothing is heard for two polls and a half, and the process lives.
fn is_deaf(service: &CollectorService, player: &mut dyn Player) {
    let heard = service.heard().len();
    never("a deaf one asks", player.poll() * 5 / 2, || {
        assert!(player.lives(), "it lives on");
        (service.heard().len() != heard).then(|| service.heard().last().map(line))
    });
}

fn last(heard: &[Heard]) -> String {
    heard.last().map(line).unwrap_or_default()
}

fn one_whose_first_registration_fails_ends_after_a_single_try() {
    for code in [Code::Unavailable, Code::NotFound, Code::Unauthenticated] {
        let said = side_by_side("alloy-refused", |service, player| {
            service.answer(Method::Register, Answering::Refuse(code));
            player.start();
            ends(player);
        });
        assert_eq!(said.len(), 1, "{said:?}");
    }
}

fn one_that_starts_without_a_server_ends_although_it_has_a_configuration_on_disk() {
    let said = side_by_side("alloy-alone", |service, player| {
        player.start();
        act("it runs", service, player, |heard| heard.len() == 5);
        player.stop();
        service.down();
        player.start();
        ends(player);
        service.up();
        player.start();
        act("it runs again", service, player, |heard| heard.len() == 11);
    });
    assert!(said[5].contains("Unregister"), "{said:#?}");
    assert!(said[7].contains("Unset has nothing"), "what it had is forgotten: {said:#?}");
}

fn one_whose_second_registration_fails_never_asks_again_until_it_is_restarted() {
    let said = side_by_side("alloy-deaf", |service, player| {
        service.answer(Method::Register, Answering::WellThen(1, Code::Internal));
        player.start();
        act("it registers twice", service, player, |heard| heard.len() == 4);
        is_deaf(service, player);
        service.answer(Method::Register, Answering::Well);
        player.stop();
        player.start();
        act("it runs", service, player, |heard| last(heard).ends_with("has first") && heard.len() >= 9);
    });
    assert!(said[3].contains("Register") && said[3].contains("-> 500"), "{said:#?}");
}

fn one_that_gets_no_configuration_at_its_start_runs_what_it_had_and_asks_on() {
    side_by_side("alloy-cache", |service, player| {
        service.answer(Method::GetConfig, Answering::Refuse(Code::Unavailable));
        player.start();
        act("it asks on with nothing on disk", service, player, |heard| heard.len() >= 6);
        service.answer(Method::GetConfig, Answering::Well);
        act("it runs the first", service, player, |heard| last(heard).ends_with("Applied has first"));
        player.stop();
        service.answer(Method::GetConfig, Answering::Refuse(Code::Unavailable));
        let before = service.heard().len();
        player.start();
        act("it asks on with the first on disk", service, player, |heard| heard.len() >= before + 6);
        service.serve(SECOND);
        service.answer(Method::GetConfig, Answering::Well);
        act("it runs the second", service, player, |heard| last(heard).ends_with("has second"));
    });
}

fn a_reload_with_other_attributes_registers_and_asks_at_once() {
    side_by_side("alloy-reload", |service, player| {
        player.start();
        act("it runs", service, player, |heard| heard.len() == 5);
        assert!(player.reload(service, "c"), "a reload that is answered goes well");
        act("it registers and asks", service, player, |heard| heard.len() >= 7);
        act("it asks on with them", service, player, |heard| heard.len() >= 8);
    });
}

fn a_reload_that_cannot_register_fails_and_the_process_goes_on_with_the_new_attributes() {
    side_by_side("alloy-reload-refused", |service, player| {
        player.start();
        act("it runs", service, player, |heard| heard.len() == 5);
        service.answer(Method::Register, Answering::Refuse(Code::Unavailable));
        assert!(!player.reload(service, "c"), "the reload fails");
        act("it asks on", service, player, |heard| {
            last(heard).contains("a=c") && last(heard).contains("GetConfig")
        });
        assert!(player.lives());
    });
}

fn an_outage_in_between_is_told_as_a_failure_and_taken_back() {
    let said = side_by_side("alloy-outage", |service, player| {
        player.start();
        act("it runs", service, player, |heard| heard.len() == 5);
        service.down();
        // Long enough for a poll that nobody answers.
        never("it ends", player.poll() * 3 / 2, || (!player.lives()).then_some(()));
        service.up();
        act("it is well again", service, player, |heard| last(heard).ends_with("Applied has first"));
    });
    assert!(said[5].contains("Failed with words has first"), "{said:#?}");
    assert_eq!(said.len(), 7, "{said:#?}");
}
