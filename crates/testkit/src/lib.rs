//! What tests of the whole are made of: real programs in folders of their own, a destination that counts, faults on
//! demand, a fleet made of memory. Knows nothing of the inside of the server. Start at [`server::Server`].

pub mod alloy;
pub mod authority;
pub mod bench;
pub mod cli;
pub mod collector_service;
pub mod fake_alloy;
pub mod fleet;
pub mod folder;
pub mod peers;
pub mod ports;
pub mod process;
pub mod proxy;
pub mod seed;
pub mod send;
pub mod server;
pub mod sink;
pub mod supervisor;
pub mod wait;
