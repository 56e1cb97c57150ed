//! The words on the wire that scripts rely on, and the schemas that describe them.

use linkmesh_api::types::{
    AttemptState, Change, Collector, CollectorComponents, CreateEnrollmentToken, EntityKind, Health, Mode,
    Page, Problem, ProblemKind, RenderRequest, Severity, Status, Sync, Throughput, Tier, TokenState,
};
use serde::Serialize;
use serde_json::{Value, json};

fn words(values: impl IntoIterator<Item = impl Serialize>) -> Vec<String> {
    values
        .into_iter()
        .map(|value| match serde_json::to_value(value).expect("it is plain data") {
            Value::String(word) => word,
            other => panic!("not a word: {other}"),
        })
        .collect()
}

#[test]
fn the_fixed_values_are_spelled_as_documented() {
    assert_eq!(
        words([Status::AwaitingConnection, Status::Connected, Status::Disconnected]),
        ["awaiting_connection", "connected", "disconnected"]
    );
    assert_eq!(
        words([Sync::InSync, Sync::Pending, Sync::Drifted, Sync::Failed, Sync::Held, Sync::Unknown]),
        ["in_sync", "pending", "drifted", "failed", "held", "unknown"]
    );
    assert_eq!(
        words([Health::Healthy, Health::Degraded, Health::Failed, Health::Unknown]),
        ["healthy", "degraded", "failed", "unknown"]
    );
    assert_eq!(words([Mode::Opamp, Mode::AlloyRemotecfg]), ["opamp", "alloy-remotecfg"]);
    assert_eq!(words([Tier::Standards, Tier::Managed]), ["standards", "managed"]);
    assert_eq!(
        words([TokenState::Active, TokenState::Used, TokenState::Expired, TokenState::Revoked]),
        ["active", "used", "expired", "revoked"]
    );
    assert_eq!(
        words([
            AttemptState::Offered,
            AttemptState::Applying,
            AttemptState::Applied,
            AttemptState::Failed,
            AttemptState::RolledBack,
        ]),
        ["offered", "applying", "applied", "failed", "rolled_back"]
    );
    assert_eq!(words([Severity::Info, Severity::Warning, Severity::Error]), ["info", "warning", "error"]);
    assert_eq!(words(EntityKind::ALL), EntityKind::ALL.map(EntityKind::as_str));
}

#[test]
fn an_unknown_field_of_a_request_is_named() {
    let error =
        serde_json::from_value::<CreateEnrollmentToken>(json!({"max_use": 3})).unwrap_err().to_string();
    assert!(error.contains("`max_use`") && error.contains("`max_uses`"), "{error}");
    assert!(serde_json::from_value::<Change>(json!({"puts": {}})).is_err());
    assert!(serde_json::from_value::<RenderRequest>(json!({"collector": "a", "secrets": true})).is_err());
}

#[test]
fn a_token_request_uses_the_word_for() {
    let body: CreateEnrollmentToken = serde_json::from_value(json!({"for": "web-01"})).unwrap();
    assert_eq!(body.for_collector.as_deref(), Some("web-01"));
    assert_eq!(serde_json::to_value(body).unwrap(), json!({"for": "web-01"}));
}

#[test]
fn what_is_unknown_in_throughput_is_null_and_not_missing() {
    let text = serde_json::to_value(Throughput::default()).unwrap();
    assert_eq!(text["as_of"], Value::Null);
    assert_eq!(text["process"]["memory_bytes"], Value::Null);
    assert!(text["process"].as_object().unwrap().contains_key("memory_bytes"));
}

#[test]
fn a_problem_carries_type_title_status_and_detail() {
    let text =
        serde_json::to_value(Problem::new(ProblemKind::NotFound, "there is no collector `x`")).unwrap();
    assert_eq!(
        text,
        json!({
            "type": "urn:linkmesh:problem:not-found",
            "title": "There is no such thing",
            "status": 404,
            "detail": "there is no collector `x`",
        })
    );
}

#[cfg(feature = "schema")]
#[test]
fn pages_and_trees_have_a_finite_schema() {
    use utoipa::{PartialSchema, ToSchema};

    fn schema<T: ToSchema>() -> String {
        let mut referred = Vec::new();
        T::schemas(&mut referred);
        assert!(referred.len() < 50);
        serde_json::to_string(&<T as PartialSchema>::schema()).unwrap()
    }
    assert!(schema::<Page<Collector>>().contains("next_cursor"));
    assert!(schema::<CollectorComponents>().contains("root"));
    assert!(schema::<Throughput>().contains("\"#/components/schemas/Throughput\""));
}
