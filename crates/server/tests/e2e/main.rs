//! The program from outside, with a real supervisor, a real collector, Git and curl. One file for each behavior.
//! Every test has a server, ports and folders of its own. Start at `quickstart`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod alloy;
mod backup;
mod behind_proxy;
mod connections;
mod fake;
mod faults;
mod git_push;
mod identity;
mod install;
mod links;
mod listeners;
mod metrics;
mod old_supervisor;
mod opamp;
mod own_tls;
mod quickstart;
mod removing;
mod telemetry;
mod tokens;
mod wire;
mod world;
