//! The law, for any generation and any course of events: what the server believes is what runs.

use linkmesh_remotecfg::agent::{Agent, Generation, Life};
use linkmesh_remotecfg::{Heard, Memory, State, hash_of};
use proptest::prelude::*;

use super::{Fate, POLL_MS, Server, agent, exchange, settle};

/// What happens to the pair.
#[derive(Clone, Debug)]
enum Turn {
    Serve(usize),
    /// One poll interval goes by; each request has its fate.
    Tick(Vec<Fate>),
    Restart(Vec<Fate>),
    /// The block is edited.
    Reload(u8, Vec<Fate>),
    /// The server loses what it remembers.
    Forget,
}

const CONTENTS: [&str; 6] = ["// none", "c1", "c2", "refused 1", "refused 2", "half"];

fn turns(contents: usize, reloads: u32) -> impl Strategy<Value = Vec<Turn>> {
    let fate = prop_oneof![
        4 => Just(Fate::Answered), 1 => Just(Fate::Lost), 1 => Just(Fate::Unheard), 1 => Just(Fate::Refused)
    ];
    let fates = proptest::collection::vec(fate, 0..4);
    let turn = prop_oneof![
        6 => (0..contents).prop_map(Turn::Serve),
        12 => fates.clone().prop_map(Turn::Tick),
        2 => fates.clone().prop_map(Turn::Restart),
        reloads => (0..2_u8, fates).prop_map(|(env, fates)| Turn::Reload(env, fates)),
        1 => Just(Turn::Forget),
    ];
    proptest::collection::vec(turn, 1..40)
}

fn play(agent: &mut Agent, server: &mut Server, now_ms: &mut u64, turn: &Turn) {
    match turn {
        Turn::Serve(content) => server.serve(CONTENTS[*content]),
        Turn::Tick(fates) => tick(agent, server, now_ms, fates),
        Turn::Restart(fates) => {
            agent.start();
            tick(agent, server, now_ms, fates);
        }
        Turn::Reload(env, fates) => {
            agent.reload([("env".to_owned(), env.to_string())].into());
            tick(agent, server, now_ms, fates);
        }
        Turn::Forget => {
            server.memory = Memory::default();
            server.forgot = true;
        }
    }
    // Whoever looks after the host starts what ended itself or fell silent.
    if matches!(agent.life(), Life::Exited | Life::Deaf) {
        agent.start();
    }
}

fn tick(agent: &mut Agent, server: &mut Server, now_ms: &mut u64, fates: &[Fate]) {
    *now_ms += POLL_MS;
    for fate in fates {
        exchange(agent, server, *now_ms, *fate);
    }
    settle(agent, server, *now_ms);
}

/// What the server says of a collector that reports is what that collector runs, as of its last word.
fn check(agent: &Agent, server: &Server) -> Result<(), TestCaseError> {
    // A last poll that was lost takes the truth along until the next one.
    if agent.life() != &Life::Polling || server.last_fate != Fate::Answered {
        return Ok(());
    }
    let Some(Heard { verdict: Some(verdict), has, .. }) = &server.heard else { return Ok(()) };
    let runs = agent.running().map(|text| hash_of(text.as_bytes()));
    match &verdict.state {
        State::Applied { inferred: false } | State::TransportTrouble(_) => {
            prop_assert!(agent.settings().generation.reports());
            prop_assert_eq!(runs, Some(verdict.hash));
        }
        State::Applied { inferred: true } => prop_assert_eq!(Some(verdict.hash), *has),
        State::Failed(_) => prop_assert_ne!(runs, Some(verdict.hash)),
        State::Pending => {}
    }
    Ok(())
}

/// After a while of calm nothing is pending or merely inferred, and the served configuration runs if it can.
fn check_calm(agent: &Agent, server: &Server) -> Result<(), TestCaseError> {
    let heard = server.heard.as_ref().unwrap();
    prop_assert_eq!(heard.has.as_ref(), Some(server.config.hash()));
    prop_assert!(!heard.changed);
    let verdict = heard.verdict.as_ref().unwrap();
    prop_assert_eq!(&verdict.hash, server.config.hash());
    if !agent.settings().generation.reports() {
        prop_assert_eq!(&verdict.state, &State::Applied { inferred: true });
        return Ok(());
    }
    let good = agent.running().is_some_and(|text| hash_of(text.as_bytes()) == verdict.hash);
    match &verdict.state {
        State::Applied { inferred: false } => prop_assert!(good),
        State::Failed(_) => prop_assert!(!good),
        other => prop_assert!(false, "{:?} after a while of calm", other),
    }
    let runs = agent.running().map(|text| hash_of(text.as_bytes()));
    let known = server.memory.effective().copied();
    prop_assert!(known == runs || (server.forgot && known.is_none()), "{:?} is not what runs", known);
    Ok(())
}

fn law(generation: Generation, turns: &[Turn]) -> Result<(), TestCaseError> {
    let (mut agent, mut server, mut now_ms) = (agent(generation), Server::new("c1"), 0);
    server.asks_again = true;
    for turn in turns {
        play(&mut agent, &mut server, &mut now_ms, turn);
        check(&agent, &server)?;
    }
    for _ in 0..4 {
        tick(&mut agent, &mut server, &mut now_ms, &[]);
    }
    check(&agent, &server)?;
    check_calm(&agent, &server)
}

fn generations() -> impl Strategy<Value = Generation> {
    proptest::sample::select(Generation::ALL.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_the_server_believes_is_what_runs(generation in generations(), turns in turns(CONTENTS.len(), 0)) {
        law(generation, &turns)?;
    }

    /// Without the configurations that load in part: those may outlive an edited block.
    #[test]
    fn what_the_server_believes_is_what_runs_behind_edited_blocks(
        generation in generations(),
        turns in turns(CONTENTS.len() - 1, 2),
    ) {
        law(generation, &turns)?;
    }
}
