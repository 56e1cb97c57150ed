//! Every decoder that reads what others wrote, as a function from any bytes to nothing: it must come back, soon, without panic.
//! Where a law can be said about what comes back, the target says it. Start at [`TARGETS`].

mod opamp;
mod otlp;
mod remotecfg;
mod text;

/// One decoder under test.
pub struct Target {
    /// The name, which is also the folder of its corpus.
    pub name: &'static str,
    /// Takes any bytes; a panic is a finding.
    pub run: fn(&[u8]),
}

/// Every target. A new decoder starts here, with a seed in `fuzz/corpus/<name>`.
pub const TARGETS: &[Target] = &[
    Target { name: "opamp-frame", run: opamp::frame },
    Target { name: "opamp-websocket", run: opamp::websocket },
    Target { name: "opamp-agent-to-server", run: opamp::agent_to_server },
    Target { name: "opamp-server-to-agent", run: opamp::server_to_agent },
    Target { name: "otlp-protobuf", run: otlp::protobuf },
    Target { name: "otlp-json", run: otlp::json },
    Target { name: "remotecfg-request", run: remotecfg::request },
    Target { name: "remotecfg-agent", run: remotecfg::agent },
    Target { name: "remotecfg-diagnostics", run: remotecfg::diagnostics },
    Target { name: "throughput-history", run: otlp::stored_history },
    Target { name: "yaml", run: text::yaml },
    Target { name: "entity", run: text::entity },
    Target { name: "selector", run: text::selector },
    Target { name: "place", run: text::place },
];
