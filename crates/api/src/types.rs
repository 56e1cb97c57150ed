//! Bodies, answers and queries of `/api/v1`, one module per noun.
//! Request bodies refuse unknown fields; answers may grow fields, so readers ignore what they do not know.
//! Start at [`collector`].

pub mod archive;
pub mod attempt;
pub mod audit;
pub mod blame;
pub mod catalog;
pub mod change;
pub mod collector;
pub mod collector_query;
pub mod component;
pub mod config;
pub mod delivery;
pub mod drift;
pub mod enrollment_token;
pub mod entity;
pub mod event;
pub mod facets;
pub mod job;
pub mod mirror;
pub mod overview;
pub mod page;
pub mod problem;
pub mod render;
pub mod revision;
pub mod server_health;
pub mod service_account;
pub mod session;
pub mod throughput;
pub mod time;
pub mod topology;

pub use archive::ArchiveRequest;
pub use attempt::{Attempt, AttemptState};
pub use audit::{Actor, ActorKind, AuditEntry, AuditOutcome, AuditQuery};
pub use blame::{Blame, BlameQuery, BlamedLine, SealRequest, SealedValue};
pub use catalog::{CatalogEntry, CatalogExample, CatalogKind, CatalogList, CatalogSummary};
pub use change::{AffectedClass, Change, ChangeAnswer, Committed, FileChange, FileDiff, Plan};
pub use collector::{
    Collector, CreateCollector, DesiredRef, EffectiveRef, Health, MintToken, MintedToken, Mode,
    PatchCollector, Runtime, Status, Sync, Tier,
};
pub use collector_query::{ArchivedFilter, CollectorQuery};
pub use component::{CollectorComponents, ComponentHealth};
pub use config::{CollectorConfig, ConfigText};
pub use delivery::{DeliveryState, FreezeRequest, HoldRequest};
pub use drift::{Drift, DriftCause, DriftDifference};
pub use enrollment_token::{
    CheckQuery, CheckedHost, CreateEnrollmentToken, CreatedEnrollmentToken, EnrollmentToken, TokenState,
};
pub use entity::{EntityKind, EntityQuery, Intent, IntentItem, ListedEntity, Saved, Warning};
pub use event::{Event, EventQuery, Severity};
pub use facets::{FacetQuery, Facets, LabelCount, LabelFacet, VersionCount};
pub use job::{BulkAct, BulkChange, BulkMatch, BulkRequest, BulkVerb, Job, JobError, JobState};
pub use mirror::{MirrorCheck, MirrorFile, MirrorUpload};
pub use overview::{FleetTotals, Overview, OverviewCounts, OverviewFailure, RepositoryState, TopRoute};
pub use page::{ListQuery, Page};
pub use problem::{FieldError, Problem, ProblemKind};
pub use render::{RenderAnswer, RenderRequest, RenderedOrigin};
pub use revision::{Diff, DiffQuery, RestoreRequest, Revision, RevisionDetail};
pub use server_health::{Check, CheckStatus, CollectorCounts, ServerHealth};
pub use service_account::{CreateServiceAccount, CreatedServiceAccount, Role, ServiceAccount};
pub use session::{Me, PrincipalKind, SessionAnswer, SessionRequest, SetupRequest, User};
pub use throughput::{ComponentThroughput, ProcessThroughput, Signal, Throughput, ThroughputQuery};
pub use time::Timestamp;
pub use topology::{
    EdgeKind, LinkReceivers, LinkSenders, LinkTraffic, NodeKind, NodeNumbers, NodeState, NodeStep,
    SourceMatch, Topology, TopologyCounts, TopologyEdge, TopologyLevel, TopologyNode, TopologyQuery,
};
