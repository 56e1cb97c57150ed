//! The program: settings, wiring, and one listener per protocol that only translates between the wire and the control plane.
//! Decides nothing; the rules are in `linkmesh_control` and below. Start at [`start`].

pub mod accept;
pub mod admin;
pub mod assemble;
pub mod backup;
pub mod forwarded;
pub mod http;
pub mod local;
pub mod logging;
pub mod mirror;
pub mod opamp;
pub mod otlp;
pub mod remotecfg;
pub mod settings;
pub mod stream;
pub mod tls;
pub mod unread;

pub use assemble::{Bound, Running, StartError, bound, start};
pub use http::App;
pub use settings::Settings;
