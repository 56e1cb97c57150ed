//! The Alloy made of memory must say what the real one says, or tests with it prove nothing.

use linkmesh_remotecfg::{Code, Method};
use linkmesh_testkit::collector_service::{Answering, CollectorService, Heard};

use super::player::{Player, act, line, side_by_side};
use super::texts::{FIRST, NOTHING, SECOND, UNKNOWN, UNKNOWN_TOO, UNREADABLE, WRONG_ARGUMENT, name};

/// Runs through everything that can become of a configuration.
fn play(service: &mut CollectorService, player: &mut dyn Player) {
    // A poll with this text's hash was answered: what there is to say of it has been said, or nothing is said of it.
    let settled = |text: &'static str| {
        let end = format!("has {}", name(text));
        move |heard: &[Heard]| {
            heard.last().is_some_and(|last| last.status == 200 && line(last).ends_with(&end))
        }
    };
    player.start();
    // Registers, asks, says, registers again; and then the first regular poll.
    act("the first one is applied", service, player, |heard| heard.len() == 5);
    for (what, text) in [
        ("a second one is applied, without a word about it", SECOND),
        ("one with an unknown component fails", UNKNOWN),
        ("another one fails with the same words, and says nothing", UNKNOWN_TOO),
        ("one that cannot be read fails", UNREADABLE),
        ("the good one heals it", SECOND),
        ("one with a wrong argument fails", WRONG_ARGUMENT),
        ("the first good one heals it", FIRST),
        ("nothing is a configuration too", NOTHING),
    ] {
        service.serve(text);
        act(what, service, player, settled(text));
    }
    let before = service.heard().len();
    service.answer(Method::GetConfig, Answering::Refuse(Code::Unavailable));
    act("it asks twice where it is refused", service, player, |heard| heard.len() >= before + 2);
    service.answer(Method::GetConfig, Answering::Well);
    act("it says so when it is answered again", service, player, |heard| {
        heard.last().is_some_and(|last| last.status == 200 && line(last).contains("Applied"))
    });
    player.stop();
}

#[test]
fn the_alloy_made_of_memory_says_what_the_real_one_says() {
    let said = side_by_side("alloy-fake", play);
    assert_eq!(said.len(), 26, "{said:#?}");
}
