//! Enrollment tokens: who gets in with one, who does not, and how it ends.

use std::time::{Duration, Instant};

use linkmesh_api::types::{CreateEnrollmentToken, EnrollmentToken, ListQuery, Status, TokenState};
use linkmesh_opamp::agent::AgentSettings;
use linkmesh_opamp::proto::ServerErrorResponseType;
use linkmesh_testkit::fleet::{End, FakeAgent, NoConnection, member, uid};
use linkmesh_testkit::wait::{until, until_seen};

use crate::world::{SOON, World};

/// How many hosts come with one token at the same time.
const CROWD: usize = 1000;

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(work)
}

impl World {
    async fn agent(&self, token: &str, settings: AgentSettings) -> Result<FakeAgent, NoConnection> {
        FakeAgent::connect(&self.server.opamp_url(), token, settings).await
    }

    /// Connects an agent that must be let in, and hears the first answer.
    async fn welcome(&self, token: &str, settings: AgentSettings) -> FakeAgent {
        let mut agent = self.agent(token, settings).await.unwrap_or_else(|why| panic!("not let in: {why:?}"));
        assert_eq!(agent.first_answer(SOON).await, End::Seen);
        agent
    }

    fn token_state(&self, id: &str) -> EnrollmentToken {
        let page = self.api().enrollment_tokens(&ListQuery::default()).unwrap();
        page.items.into_iter().find(|token| token.id == id).unwrap()
    }
}

fn is_turned_away(connected: Result<FakeAgent, NoConnection>, with: u16) -> Option<u64> {
    match connected {
        Err(NoConnection::Refused { status, retry_after_s }) if status == with => {
            Some(retry_after_s.unwrap_or(0))
        }
        Err(other) => panic!("expected status {with}, got {other:?}"),
        Ok(_) => panic!("expected status {with}, got in"),
    }
}

fn refused(agent: &FakeAgent) -> &str {
    let error = agent.last_error().expect("the server says why not");
    assert_eq!(error.r#type, i32::from(ServerErrorResponseType::BadRequest), "{error:?}");
    &error.error_message
}

#[test]
fn an_expired_token_is_refused_at_the_door_and_lets_those_in_who_joined_before() {
    let world = World::new("expired");
    let short = || {
        world.token_with(CreateEnrollmentToken { expires_in_s: Some(2), ..CreateEnrollmentToken::default() })
    };
    let (unused, used) = (short(), short());
    run(async {
        drop(world.welcome(&used.token, member(1)).await);
    });
    until("the token expires", SOON, || {
        (world.token_state(&unused.id).state == TokenState::Expired).then_some(())
    });
    run(async {
        is_turned_away(world.agent(&unused.token, member(2)).await, 401);
        let again = world.welcome(&used.token, member(1)).await;
        assert!(again.last_error().is_none(), "a host that joined in time stays: {:?}", again.last_error());
    });
    assert_eq!(world.ids().len(), 1);
    assert!(
        !world.bootstrap(&unused.token).contains(&unused.token),
        "a file never holds a token that is of no use"
    );
    let said = world.events_of("token_refused");
    assert!(said.iter().any(|event| event.message.contains("expired")), "{said:#?}");
}

#[test]
fn a_token_that_was_never_made_is_refused_at_the_door() {
    let world = World::new("unknown-token");
    run(async {
        for wrong in
            ["lmenr_0000000000000000000000000000000000000000000", "", "lmsat_x", world.server.token()]
        {
            is_turned_away(world.agent(wrong, member(1)).await, 401);
        }
    });
    assert_eq!(world.ids(), [""; 0]);
}

#[test]
fn a_stolen_token_is_refused_on_an_open_line_then_turned_away_and_its_owner_goes_on() {
    let world = World::new("stolen");
    let token = world.token();
    run(async {
        let mut owner = world.welcome(&token.token, member(1)).await;
        let mut thief = world.agent(&token.token, member(2)).await.unwrap_or_else(|why| panic!("{why:?}"));
        let start = Instant::now();
        assert_eq!(thief.first_answer(SOON).await, End::Seen);
        assert!(refused(&thief).contains("used"), "{}", refused(&thief));
        let answers = thief.received();
        // Closing at once would make it dial again at once, for ever.
        let ended = thief.talk(Duration::from_secs(60), |_| false).await;
        assert!(matches!(ended, End::Closed(_)), "{ended:?}");
        assert!(start.elapsed() >= Duration::from_secs(30), "held open for {:?}", start.elapsed());
        assert_eq!(thief.received(), answers, "nothing more is said to it");
        let wait_s = is_turned_away(world.agent(&token.token, member(2)).await, 429).unwrap();
        assert!(wait_s >= 30, "asked to come back after {wait_s} s");
        assert_eq!(
            owner.talk(Duration::from_secs(1), |_| false).await,
            End::TimeUp,
            "its owner is not touched"
        );
        assert!(owner.last_error().is_none());
    });
    assert_eq!(world.ids(), ["fake-00001"]);
    assert_eq!(world.collector("fake-00001").status, Status::Disconnected, "after the test's agent is gone");
}

#[test]
fn a_uid_of_a_known_collector_gets_nowhere_with_another_token_and_does_not_use_it_up() {
    let world = World::new("foreign-uid");
    let (mine, fresh) = (world.token(), world.token());
    run(async {
        let mut owner = world.welcome(&mine.token, member(1)).await;
        let claim = AgentSettings::new(uid(1), "thief");
        let mut thief = world.agent(&fresh.token, claim).await.unwrap_or_else(|why| panic!("{why:?}"));
        assert_eq!(thief.first_answer(SOON).await, End::Seen);
        assert!(refused(&thief).contains("another token"), "{}", refused(&thief));
        assert_eq!(owner.talk(Duration::from_secs(1), |_| false).await, End::TimeUp);
        assert_eq!(world.collector("fake-00001").status, Status::Connected);
    });
    assert_eq!(world.token_state(&fresh.id).state, TokenState::Active);
}

#[test]
fn of_a_thousand_first_uses_at_once_exactly_one_joins() {
    let world = World::new("crowd");
    let token = world.token();
    let url = world.server.opamp_url();
    let (joined, refused) = run(async {
        let mut crowd = tokio::task::JoinSet::new();
        let gate = std::sync::Arc::new(tokio::sync::Barrier::new(CROWD));
        for number in 0..CROWD {
            let (url, token, gate) = (url.clone(), token.token.clone(), std::sync::Arc::clone(&gate));
            crowd.spawn(async move {
                gate.wait().await;
                let Ok(mut agent) = FakeAgent::connect(&url, &token, member(number)).await else {
                    return None;
                };
                let heard = agent.first_answer(Duration::from_secs(60)).await == End::Seen;
                heard.then_some(agent)
            });
        }
        let heard: Vec<FakeAgent> = crowd.join_all().await.into_iter().flatten().collect();
        let joined = heard.iter().filter(|agent| agent.last_error().is_none()).count();
        (joined, heard.len() - joined)
    });
    assert_eq!(joined, 1, "agents that were let in");
    assert!(
        refused >= 10,
        "many got as far as the claim, the others were turned away at the door: {refused}"
    );
    assert_eq!(world.ids().len(), 1, "{:?}", world.ids());
    let token = world.token_state(&token.id);
    assert_eq!((token.state, token.uses, token.collectors.len()), (TokenState::Used, 1, 1), "{token:?}");
    assert_eq!(world.events_of("registered").len(), 1);
}

#[test]
fn a_token_for_several_hosts_lets_in_so_many_and_names_equal_hosts_apart() {
    let world = World::new("several");
    let token =
        world.token_with(CreateEnrollmentToken { max_uses: Some(2), ..CreateEnrollmentToken::default() });
    run(async {
        for number in [1, 2] {
            let agent =
                world.welcome(&token.token, AgentSettings::new(uid(number), "Web Server.example")).await;
            assert!(agent.last_error().is_none(), "{:?}", agent.last_error());
        }
        let third = world.welcome(&token.token, AgentSettings::new(uid(3), "web")).await;
        assert!(refused(&third).contains("used by as many hosts"), "{}", refused(&third));
    });
    let mut ids = world.ids();
    ids.sort();
    assert_eq!(ids.len(), 2, "{ids:?}");
    assert!(ids[0].starts_with("web-server") && ids[1].starts_with("web-server"), "{ids:?}");
}

#[test]
fn a_rebuilt_host_takes_over_its_collector_and_its_old_credential_ends() {
    let world = World::new("rebuilt");
    let old = world.token();
    run(async {
        drop(world.welcome(&old.token, member(1)).await);
    });
    let wanted = CreateEnrollmentToken {
        for_collector: Some("fake-00001".to_owned()),
        ..CreateEnrollmentToken::default()
    };
    let new = world.token_with(wanted);
    run(async {
        let rebuilt = world.welcome(&new.token, AgentSettings::new(uid(99), "fake-00001")).await;
        assert!(rebuilt.last_error().is_none(), "{:?}", rebuilt.last_error());
        is_turned_away(world.agent(&old.token, member(1)).await, 401);
    });
    assert_eq!(world.ids(), ["fake-00001"], "it is the same collector");
    assert_eq!(world.collector("fake-00001").uid, Some(uid(99).to_string()));
}

#[test]
fn a_revoked_token_cuts_a_real_host_off_within_five_seconds_and_leaves_its_collector_running() {
    let world = World::new("revoked");
    let token = world.token();
    let mut host = linkmesh_testkit::supervisor::Supervisor::prepare(
        &world.folder,
        "host",
        &world.bootstrap(&token.token),
    );
    host.start();
    let id = until("the host is listed", crate::world::JOIN_MAX, || world.ids().into_iter().next());
    world.settled(&id);
    let pid = host.collector_pid();
    let revoked = Instant::now();
    world.api().revoke_enrollment_token(&token.id).unwrap();
    until_seen(
        "it is disconnected",
        SOON,
        || world.collector(&id).status,
        |status| *status == Status::Disconnected,
    );
    assert!(revoked.elapsed() <= Duration::from_secs(5), "after {:?}", revoked.elapsed());
    until("it is refused when it comes back", SOON, || {
        world.events_of("token_refused").into_iter().find(|event| event.message.contains("revoked"))
    });
    assert_eq!(world.collector(&id).status, Status::Disconnected);
    assert_eq!(world.token_state(&token.id).state, TokenState::Revoked);
    assert!(pid.is_some() && host.collector_pid() == pid, "telemetry does not depend on the token");
    assert!(world.kinds(&id).contains(&"disconnected".to_owned()));
}
