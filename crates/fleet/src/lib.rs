//! What a fleet is and the rules it follows: the nouns of intent, how they combine for one collector, and the verdicts
//! about what happened. Pure: no clock, disk, socket or chance in here; time is an argument. Start at [`Intent`].

pub mod ids;
pub mod place;
pub mod problem;
pub mod time;

pub mod destination;
pub mod entity;
pub mod group;
pub mod link;
pub mod pipeline;
pub mod registration;
pub mod route;
pub mod secret;
pub mod signal;
pub mod source;

pub mod access;
pub mod archive;
pub mod attempt;
pub mod audit;
pub mod delivery;
pub mod drift;
pub mod enrollment;
pub mod event;
pub mod redact;
pub mod state;

pub mod intent;
pub mod selector;
pub mod union;
pub mod yaml;

pub use destination::Destination;
pub use entity::Entity;
pub use group::Group;
pub use ids::{ConfigHash, Id, Uid};
pub use intent::Intent;
pub use link::Link;
pub use pipeline::Pipeline;
pub use place::{Kind, Place, Scope};
pub use problem::Problem;
pub use registration::Registration;
pub use route::Route;
pub use signal::{Runtime, Signal};
pub use source::Source;
pub use time::Timestamp;
pub use union::Union;
