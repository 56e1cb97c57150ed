//! Hostile bytes: each gives one error, before memory is spent, and never a panic.

use linkmesh_opamp::decode::{self, Malformed};
use linkmesh_opamp::limits::Limits;
use linkmesh_opamp::proto::{AgentDescription, AgentToServer, AnyValue, ArrayValue, KeyValue, any_value};
use linkmesh_opamp::session::{Known, ServerSession};
use linkmesh_opamp::{frame, websocket};
use proptest::prelude::*;
use prost::Message;

fn decode(bytes: &[u8]) -> Result<AgentToServer, Malformed> {
    decode::agent_to_server(bytes, &Limits::default())
}

/// A field with a length.
fn field(number: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![(number << 3) | 2];
    prost::encoding::encode_varint(content.len() as u64, &mut bytes);
    bytes.extend_from_slice(content);
    bytes
}

#[test]
fn half_a_million_empty_sub_messages_are_refused_before_they_are_built() {
    let attributes = [0x0a, 0x00].repeat(500_000);
    let bytes = field(3, &attributes);
    assert_eq!(decode(&bytes), Err(Malformed::TooManyFields(100_000)));
}

#[test]
fn maps_of_one_entry_are_charged_for_the_node_they_take() {
    // Each level of eleven bytes would take a node of more than two kilobytes.
    let below = field(6, &[field(1, b"a"), field(2, &[])].concat());
    let entry = |number: u32| field(6, &[field(1, number.to_string().as_bytes()), field(2, &below)].concat());
    let health: Vec<u8> = (0..20_000).flat_map(entry).collect();
    let bytes = field(5, &health);
    let limits = Limits { fields: 1_000_000, ..Limits::default() };
    let result = decode::agent_to_server(&bytes, &limits);
    assert_eq!(result, Err(Malformed::TooCostly(limits.decoded_bytes)));
}

#[test]
fn the_estimate_of_a_list_is_never_below_the_room_it_takes() {
    for width in [1, 2, 3, 4, 5, 8, 9, 64, 65, 1_000, 20_000] {
        let identifying_attributes = vec![KeyValue::text("k", "value"); width];
        let description = AgentDescription { identifying_attributes, ..AgentDescription::default() };
        let bytes =
            AgentToServer { agent_description: Some(description), ..Default::default() }.encode_to_vec();
        let cost = decode::cost_of_agent_to_server(&bytes, &Limits::default()).unwrap();
        let decoded = decode(&bytes).unwrap().agent_description.unwrap().identifying_attributes;
        let room = decoded.capacity() * size_of::<KeyValue>() + width * "kvalue".len();
        assert!((room..=3 * room).contains(&cost.decoded_bytes), "{} for {room}", cost.decoded_bytes);
    }
}

#[test]
fn a_value_nested_three_thousand_times_is_refused_without_deep_recursion() {
    let mut bytes = Vec::new();
    for _ in 0..3_000 {
        bytes = field(5, &field(1, &bytes));
    }
    let attribute = field(1, &[field(1, b"k"), field(2, &bytes)].concat());
    assert_eq!(decode(&field(3, &attribute)), Err(Malformed::TooDeep(32)));
}

#[test]
fn a_value_nested_as_deep_as_allowed_is_taken() {
    let mut value = AnyValue { value: Some(any_value::Value::IntValue(1)) };
    for _ in 0..14 {
        value = AnyValue { value: Some(any_value::Value::ArrayValue(ArrayValue { values: vec![value] })) };
    }
    let attribute = KeyValue { key: "k".to_owned(), value: Some(value) };
    let description = AgentDescription { identifying_attributes: vec![attribute], ..Default::default() };
    let message = AgentToServer { agent_description: Some(description), ..AgentToServer::default() };
    assert_eq!(decode(&message.encode_to_vec()).unwrap(), message);
}

#[test]
fn broken_wire_forms_have_their_errors() {
    let cases: [(&[u8], Malformed); 12] = [
        (&[0x10], Malformed::CutOff),
        (&[0x10, 0x80], Malformed::CutOff),
        (&[0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02], Malformed::CutOff),
        (&[0x80], Malformed::CutOff),
        (&[0x0a, 0x05, 1], Malformed::CutOff),
        (&[0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], Malformed::CutOff),
        (&[0x00, 0x00], Malformed::BadTag),
        (&[0x08, 0x01], Malformed::WireType(1)),
        (&[0x12, 0x00], Malformed::WireType(2)),
        (&[0x15, 0, 0, 0, 0], Malformed::WireType(2)),
        (&[0x0b, 0x0c], Malformed::Group(1)),
        (&[0x1a, 0x02, 0x08, 0x01], Malformed::WireType(1)),
    ];
    for (bytes, expected) in cases {
        assert_eq!(decode(bytes), Err(expected), "{bytes:02x?}");
    }
    assert!(matches!(decode(&[0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0]), Err(Malformed::BadTag)));
    assert!(matches!(decode(&[0xf6, 0x07]), Err(Malformed::WireType(126))), "wire type 6 does not exist");
}

#[test]
fn text_that_is_not_utf8_is_an_error() {
    let host = field(3, &field(1, &field(1, &[0xff, 0xfe])));
    assert!(matches!(decode(&host), Err(Malformed::Undecodable(_))));
}

#[test]
fn long_keys_and_texts_are_refused() {
    let key = field(3, &field(1, &field(1, &vec![b'k'; 1024 * 1024])));
    assert_eq!(decode(&key), Err(Malformed::TextTooLong { field: 1, limit: 4096 }));
    let text = field(5, &field(3, &vec![b't'; 3 * 1024 * 1024]));
    assert_eq!(decode(&text), Err(Malformed::TextTooLong { field: 3, limit: 2 * 1024 * 1024 }));
}

#[test]
fn what_is_kept_of_an_agent_is_small() {
    fn holds_no_heap<T: Copy>() {}
    holds_no_heap::<Known>();
    assert!(size_of::<Known>() <= 200, "{}", size_of::<Known>());
    assert!(size_of::<ServerSession>() <= 512, "{}", size_of::<ServerSession>());
    assert!(size_of::<websocket::Decoder>() <= 168, "{}", size_of::<websocket::Decoder>());
}

#[test]
fn credentials_never_reach_a_debug_print() {
    let offer =
        linkmesh_opamp::session::OwnMetricsOffer::new("https://h/v1/metrics", &[("A", "s3cret")]).unwrap();
    let config = linkmesh_opamp::proto::AgentConfigFile { body: b"s3cret".to_vec(), ..Default::default() };
    let certificate =
        linkmesh_opamp::proto::TlsCertificate { private_key: b"s3cret".to_vec(), ..Default::default() };
    let printed = format!("{offer:?} {config:?} {certificate:?}");
    assert!(!printed.contains("s3cret") && !printed.contains("115, 51"), "{printed}");
}

proptest! {
    #[test]
    fn any_bytes_are_decoded_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let limits = Limits::default();
        let mine = decode::agent_to_server(&bytes, &limits);
        if let Ok(message) = AgentToServer::decode(&*bytes) {
            // What the plain decoder takes and the counting pass refuses must be a limit or a stricter rule, not a slip.
            match mine {
                Ok(same) => prop_assert_eq!(same, message),
                Err(Malformed::Group(_) | Malformed::TooDeep(_)) => {}
                Err(other) => prop_assert!(false, "{other}"),
            }
        } else {
            prop_assert!(mine.is_err());
        }
        drop(decode::server_to_agent(&bytes, &limits));
        prop_assert!(frame::body(&bytes).is_ok_and(|body| body.len() <= bytes.len()) || bytes.first() != Some(&0));
    }

    #[test]
    fn the_tables_agree_with_the_messages(seed in any::<u64>()) {
        let message = every_field(seed);
        let bytes = message.encode_to_vec();
        prop_assert_eq!(decode(&bytes).unwrap(), message);
        for end in (0..bytes.len()).step_by(7) {
            prop_assert_eq!(decode(&bytes[..end]).is_ok(), AgentToServer::decode(&bytes[..end]).is_ok());
        }
    }
}

#[test]
fn the_server_tables_agree_with_the_messages() {
    use linkmesh_opamp::proto::*;
    let headers = Some(Headers { headers: vec![Header { key: "k".to_owned(), value: "v".to_owned() }] });
    let tls = Some(TlsConnectionSettings { cipher_suites: vec!["c".to_owned()], ..Default::default() });
    let proxy = Some(ProxyConnectionSettings { url: "u".to_owned(), connect_headers: headers.clone() });
    let certificate = Some(TlsCertificate { cert: vec![1], private_key: vec![2], ca_cert: vec![3] });
    let telemetry = Some(TelemetryConnectionSettings {
        destination_endpoint: "e".to_owned(),
        headers: headers.clone(),
        certificate: certificate.clone(),
        tls: tls.clone(),
        proxy: proxy.clone(),
    });
    let other = OtherConnectionSettings {
        destination_endpoint: "e".to_owned(),
        headers: headers.clone(),
        certificate: certificate.clone(),
        other_settings: [("a".to_owned(), "b".to_owned())].into(),
        tls: tls.clone(),
        proxy: proxy.clone(),
    };
    let file =
        DownloadableFile { download_url: "u".to_owned(), headers: headers.clone(), ..Default::default() };
    let package = PackageAvailable { r#type: 1, version: "1".to_owned(), file: Some(file), hash: vec![1] };
    let message = ServerToAgent {
        instance_uid: vec![1; 16],
        error_response: Some(ServerErrorResponse {
            r#type: 2,
            error_message: "e".to_owned(),
            retry_info: Some(RetryInfo { retry_after_nanoseconds: 1 }),
        }),
        remote_config: Some(AgentRemoteConfig { config: Some(Default::default()), config_hash: vec![1] }),
        connection_settings: Some(ConnectionSettingsOffers {
            hash: vec![1],
            opamp: Some(OpampConnectionSettings {
                destination_endpoint: "e".to_owned(),
                headers,
                certificate,
                heartbeat_interval_seconds: 30,
                tls,
                proxy,
            }),
            own_metrics: telemetry.clone(),
            own_traces: telemetry.clone(),
            own_logs: telemetry,
            other_connections: [("o".to_owned(), other)].into(),
        }),
        packages_available: Some(PackagesAvailable {
            packages: [("p".to_owned(), package)].into(),
            all_packages_hash: vec![1],
        }),
        flags: 3,
        capabilities: 0x27,
        agent_identification: Some(AgentIdentification { new_instance_uid: vec![2; 16] }),
        command: Some(ServerToAgentCommand { r#type: 0 }),
        custom_capabilities: Some(CustomCapabilities { capabilities: vec!["c".to_owned()] }),
        custom_message: Some(CustomMessage { data: vec![1], ..Default::default() }),
    };
    let limits = Limits::default();
    assert_eq!(decode::server_to_agent(&message.encode_to_vec(), &limits), Ok(message));
    assert!(decode::server_to_agent(&[0x42, 0x01, 0x08], &limits).is_err());
    assert_eq!(decode::server_to_agent(&[], &limits), Ok(ServerToAgent::default()));
}

/// A message with every field set, its scalars taken from `seed`.
fn every_field(seed: u64) -> AgentToServer {
    use any_value::Value;
    use linkmesh_opamp::proto::*;
    let text = format!("{seed:x}");
    let values = [
        Value::StringValue(text.clone()),
        Value::BoolValue(true),
        Value::IntValue(-1),
        Value::DoubleValue(1.5),
        Value::KvlistValue(KeyValueList { values: vec![KeyValue::text("a", "b")] }),
        Value::BytesValue(vec![0xff, 0]),
        Value::ArrayValue(ArrayValue { values: vec![AnyValue { value: None }] }),
    ];
    let attributes: Vec<_> = values
        .into_iter()
        .map(|value| KeyValue { key: text.clone(), value: Some(AnyValue { value: Some(value) }) })
        .collect();
    let details = ComponentDetails {
        metadata: attributes.clone(),
        sub_component_map: [(text.clone(), ComponentDetails::default())].into(),
    };
    let package = PackageStatus {
        name: text.clone(),
        status: 3,
        download_details: Some(PackageDownloadDetails {
            download_percent: 1.0,
            download_bytes_per_second: 2.0,
        }),
        ..Default::default()
    };
    AgentToServer {
        instance_uid: seed.to_le_bytes().repeat(2),
        sequence_num: seed,
        agent_description: Some(AgentDescription {
            identifying_attributes: attributes.clone(),
            non_identifying_attributes: attributes.clone(),
        }),
        capabilities: seed,
        health: Some(ComponentHealth {
            healthy: true,
            start_time_unix_nano: seed,
            last_error: text.clone(),
            status: text.clone(),
            status_time_unix_nano: seed,
            component_health_map: [(text.clone(), ComponentHealth::default())].into(),
            attributes,
        }),
        effective_config: Some(EffectiveConfig {
            config_map: Some(AgentConfigMap {
                config_map: [(text.clone(), AgentConfigFile::default())].into(),
            }),
        }),
        remote_config_status: Some(RemoteConfigStatus { error_message: text.clone(), ..Default::default() }),
        package_statuses: Some(PackageStatuses {
            packages: [(text.clone(), package)].into(),
            ..Default::default()
        }),
        agent_disconnect: Some(AgentDisconnect {}),
        flags: 1,
        connection_settings_request: Some(ConnectionSettingsRequest {
            opamp: Some(OpampConnectionSettingsRequest {
                certificate_request: Some(CertificateRequest { csr: vec![1] }),
            }),
        }),
        custom_capabilities: Some(CustomCapabilities { capabilities: vec![text.clone(), text.clone()] }),
        custom_message: Some(CustomMessage { capability: text.clone(), r#type: text.clone(), data: vec![1] }),
        available_components: Some(AvailableComponents {
            components: [(text.clone(), details)].into(),
            hash: vec![1],
        }),
        connection_settings_status: Some(ConnectionSettingsStatus {
            error_message: text,
            ..Default::default()
        }),
    }
}
