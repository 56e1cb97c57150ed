//! The control plane itself: commands change, views read, reconcilers keep true. It has no sockets; its tests need none.
//! Knows nothing of HTTP, OpAMP or OTLP. Start at [`ControlPlane`].

pub mod plane;

pub mod accounts;
pub mod assign;
pub mod backup;
pub mod bulk;
pub mod classes;
pub mod clock;
pub mod content;
pub mod counters;
pub mod deliver;
pub mod flush;
pub mod head;
pub mod journal;
pub mod link;
pub mod minting;
pub mod mutate;
pub mod observe;
pub mod operate;
pub mod polls;
pub mod records;
pub mod register;
pub mod roster;
pub mod run;
pub mod save;
pub mod secrets;
pub mod tokens;
pub mod topology;
pub mod views;

pub use plane::{ControlPlane, OpenError, Settings};
