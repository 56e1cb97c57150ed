//! One method per call of the REST table.
//! Nothing here decides; each method names a path, a body and an answer.

use serde::Serialize;

use super::{ApiError, Authority, Client, encode, escape, read_json};
use crate::types::{
    ArchiveRequest, Attempt, AuditEntry, AuditQuery, Blame, BlameQuery, BulkRequest, CatalogKind,
    CatalogList, Change, ChangeAnswer, Collector, CollectorComponents, CollectorConfig, CollectorQuery,
    Committed, CreateCollector, CreateEnrollmentToken, CreateServiceAccount, CreatedEnrollmentToken,
    CreatedServiceAccount, DeliveryState, Diff, DiffQuery, Drift, EnrollmentToken, EntityKind, EntityQuery,
    Event, EventQuery, FacetQuery, Facets, FreezeRequest, HoldRequest, Intent, Job, LinkTraffic, ListQuery,
    ListedEntity, Me, MintToken, MintedToken, Overview, Page, PatchCollector, Plan, RenderAnswer,
    RenderRequest, RestoreRequest, Revision, RevisionDetail, SealRequest, SealedValue, ServerHealth,
    SessionAnswer, SessionRequest, Throughput, ThroughputQuery, Topology, TopologyQuery,
};
use ureq::http::Method;

/// No query.
#[derive(Serialize)]
struct Nothing {}

impl Client {
    /// `GET me`.
    ///
    /// # Errors
    /// See [`ApiError`]; so for every call below.
    pub fn me(&self) -> Result<Me, ApiError> {
        self.get("me", &Nothing {})
    }

    /// `POST session`, and a client that acts as that user until it is dropped.
    ///
    /// # Errors
    /// [`ApiError::Unauthenticated`] when name or password is wrong.
    pub fn sign_in(&self, request: &SessionRequest) -> Result<Self, ApiError> {
        let response = self.send(Method::POST, "session", encode(request)?)?;
        let cookie = response
            .headers()
            .get_all("set-cookie")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .filter_map(|value| value.split(';').next())
            .find(|pair| pair.starts_with("linkmesh_session="))
            .map(str::to_owned)
            .ok_or_else(|| ApiError::Unreadable("no session cookie in it".to_owned()))?;
        let answer: SessionAnswer = read_json(response)?;
        Ok(Self {
            agent: self.agent.clone(),
            base: self.base.clone(),
            authority: Authority::Session { cookie, csrf_token: answer.csrf_token },
        })
    }

    /// `DELETE session`.
    pub fn sign_out(&self) -> Result<(), ApiError> {
        self.delete("session")
    }

    /// `POST service-accounts`.
    pub fn create_service_account(
        &self,
        body: &CreateServiceAccount,
    ) -> Result<CreatedServiceAccount, ApiError> {
        self.post("service-accounts", body)
    }

    /// `GET enrollment-tokens`.
    pub fn enrollment_tokens(&self, query: &ListQuery) -> Result<Page<EnrollmentToken>, ApiError> {
        self.get("enrollment-tokens", query)
    }

    /// `POST enrollment-tokens`.
    pub fn create_enrollment_token(
        &self,
        body: &CreateEnrollmentToken,
    ) -> Result<CreatedEnrollmentToken, ApiError> {
        self.post("enrollment-tokens", body)
    }

    /// `DELETE enrollment-tokens/{id}`.
    pub fn revoke_enrollment_token(&self, id: &str) -> Result<(), ApiError> {
        self.delete(&format!("enrollment-tokens/{}", escape(id)))
    }

    /// `GET collectors`.
    pub fn collectors(&self, query: &CollectorQuery) -> Result<Page<Collector>, ApiError> {
        self.get("collectors", query)
    }

    /// `GET collectors/{id}`.
    pub fn collector(&self, id: &str) -> Result<Collector, ApiError> {
        self.get(&of_collector(id, ""), &Nothing {})
    }

    /// `POST collectors`.
    pub fn create_collector(&self, body: &CreateCollector) -> Result<Collector, ApiError> {
        self.post("collectors", body)
    }

    /// `PATCH collectors/{id}`.
    pub fn patch_collector(&self, id: &str, body: &PatchCollector) -> Result<Collector, ApiError> {
        read_json(self.send(Method::PATCH, &of_collector(id, ""), encode(body)?)?)
    }

    /// `DELETE collectors/{id}`; with `now` its credential ends at once.
    pub fn remove_collector(&self, id: &str, now: bool) -> Result<(), ApiError> {
        self.delete(&of_collector(id, if now { "?now=true" } else { "" }))
    }

    /// `POST collectors/{id}/token`.
    pub fn mint_token(&self, id: &str, body: &MintToken) -> Result<MintedToken, ApiError> {
        self.post(&of_collector(id, "/token"), body)
    }

    /// `DELETE collectors/{id}/token`.
    pub fn revoke_collector_token(&self, id: &str) -> Result<(), ApiError> {
        self.delete(&of_collector(id, "/token"))
    }

    /// `GET collectors/{id}/config`.
    pub fn collector_config(&self, id: &str) -> Result<CollectorConfig, ApiError> {
        self.get(&of_collector(id, "/config"), &Nothing {})
    }

    /// `GET collectors/{id}/drift`.
    pub fn drift(&self, id: &str) -> Result<Drift, ApiError> {
        self.get(&of_collector(id, "/drift"), &Nothing {})
    }

    /// `GET collectors/{id}/attempts`.
    pub fn attempts(&self, id: &str, query: &ListQuery) -> Result<Page<Attempt>, ApiError> {
        self.get(&of_collector(id, "/attempts"), query)
    }

    /// `GET collectors/{id}/events`, newest first.
    pub fn collector_events(&self, id: &str, query: &EventQuery) -> Result<Page<Event>, ApiError> {
        self.get(&of_collector(id, "/events"), query)
    }

    /// `GET events` as a list, newest first: the same address answers JSON where `Accept` asks for it.
    pub fn events(&self, query: &EventQuery) -> Result<Page<Event>, ApiError> {
        self.get("events", query)
    }

    /// `GET collectors/{id}/components`.
    pub fn components(&self, id: &str) -> Result<CollectorComponents, ApiError> {
        self.get(&of_collector(id, "/components"), &Nothing {})
    }

    /// `GET collectors/{id}/throughput`.
    pub fn throughput(&self, id: &str, query: &ThroughputQuery) -> Result<Throughput, ApiError> {
        self.get(&of_collector(id, "/throughput"), query)
    }

    /// `GET collectors/facets`.
    pub fn facets(&self, query: &FacetQuery) -> Result<Facets, ApiError> {
        self.get("collectors/facets", query)
    }

    /// `GET overview`.
    pub fn overview(&self) -> Result<Overview, ApiError> {
        self.get("overview", &Nothing {})
    }

    /// `GET topology`.
    pub fn topology(&self, query: &TopologyQuery) -> Result<Topology, ApiError> {
        self.get("topology", query)
    }

    /// `GET links/{id}/traffic`.
    pub fn link_traffic(&self, id: &str) -> Result<LinkTraffic, ApiError> {
        self.get(&format!("links/{}/traffic", escape(id)), &Nothing {})
    }

    /// `GET collectors/{id}/intent`.
    pub fn intent(&self, id: &str) -> Result<Intent, ApiError> {
        self.get(&of_collector(id, "/intent"), &Nothing {})
    }

    /// `POST collectors/{id}/hold`.
    pub fn hold(&self, id: &str, body: &HoldRequest) -> Result<Collector, ApiError> {
        self.post(&of_collector(id, "/hold"), body)
    }

    /// `POST collectors/{id}/release`.
    pub fn release(&self, id: &str) -> Result<Collector, ApiError> {
        self.post(&of_collector(id, "/release"), &Nothing {})
    }

    /// `POST collectors/{id}/retry`.
    pub fn retry(&self, id: &str) -> Result<Collector, ApiError> {
        self.post(&of_collector(id, "/retry"), &Nothing {})
    }

    /// `POST collectors/{id}/restart`.
    pub fn restart(&self, id: &str) -> Result<Collector, ApiError> {
        self.post(&of_collector(id, "/restart"), &Nothing {})
    }

    /// `POST collectors/{id}/archive`.
    pub fn archive(&self, id: &str, body: &ArchiveRequest) -> Result<(), ApiError> {
        self.send(Method::POST, &of_collector(id, "/archive"), encode(body)?).map(drop)
    }

    /// `POST collectors/{id}/unarchive`.
    pub fn unarchive(&self, id: &str) -> Result<(), ApiError> {
        self.send(Method::POST, &of_collector(id, "/unarchive"), encode(&Nothing {})?).map(drop)
    }

    /// `POST collectors/bulk`: the job that it begins.
    pub fn bulk(&self, body: &BulkRequest) -> Result<Job, ApiError> {
        self.post("collectors/bulk", body)
    }

    /// `GET jobs/{id}`.
    pub fn job(&self, id: &str) -> Result<Job, ApiError> {
        self.get(&format!("jobs/{}", escape(id)), &Nothing {})
    }

    /// `GET jobs`, newest first.
    pub fn jobs(&self) -> Result<Page<Job>, ApiError> {
        self.get("jobs", &Nothing {})
    }

    /// `DELETE jobs/{id}`: stops it.
    pub fn cancel_job(&self, id: &str) -> Result<Job, ApiError> {
        read_json(self.send(Method::DELETE, &format!("jobs/{}", escape(id)), Vec::new())?)
    }

    /// `POST delivery/freeze`.
    pub fn freeze(&self, body: &FreezeRequest) -> Result<DeliveryState, ApiError> {
        self.post("delivery/freeze", body)
    }

    /// `POST delivery/unfreeze`.
    pub fn unfreeze(&self) -> Result<DeliveryState, ApiError> {
        self.post("delivery/unfreeze", &Nothing {})
    }

    /// `GET sources`, `GET routes` and so on, over all scopes.
    pub fn entities(&self, kind: EntityKind, query: &EntityQuery) -> Result<Page<ListedEntity>, ApiError> {
        self.get(kind.as_str(), query)
    }

    /// `POST changes`: saves.
    pub fn change(&self, body: &Change) -> Result<Committed, ApiError> {
        match self.post("changes", &Change { dry_run: false, ..body.clone() })? {
            ChangeAnswer::Committed(committed) => Ok(committed),
            ChangeAnswer::Plan(_) => {
                Err(ApiError::Unreadable("a plan, where a commit was asked for".to_owned()))
            }
        }
    }

    /// `POST changes` with `dry_run`: plans.
    pub fn plan(&self, body: &Change) -> Result<Plan, ApiError> {
        match self.post("changes", &Change { dry_run: true, ..body.clone() })? {
            ChangeAnswer::Plan(plan) => Ok(plan),
            ChangeAnswer::Committed(_) => {
                Err(ApiError::Unreadable("a commit, where a plan was asked for".to_owned()))
            }
        }
    }

    /// `POST render`.
    pub fn render(&self, body: &RenderRequest) -> Result<RenderAnswer, ApiError> {
        self.post("render", body)
    }

    /// `GET revisions`, newest first.
    pub fn revisions(&self, query: &ListQuery) -> Result<Page<Revision>, ApiError> {
        self.get("revisions", query)
    }

    /// `GET revisions/{rev}`.
    pub fn revision(&self, revision: &str) -> Result<RevisionDetail, ApiError> {
        self.get(&format!("revisions/{}", escape(revision)), &Nothing {})
    }

    /// `GET diff`.
    pub fn diff(&self, query: &DiffQuery) -> Result<Diff, ApiError> {
        self.get("diff", query)
    }

    /// `GET blame`.
    pub fn blame(&self, query: &BlameQuery) -> Result<Blame, ApiError> {
        self.get("blame", query)
    }

    /// `POST seal`.
    pub fn seal(&self, body: &SealRequest) -> Result<SealedValue, ApiError> {
        self.post("seal", body)
    }

    /// `POST restore`.
    pub fn restore(&self, body: &RestoreRequest) -> Result<Committed, ApiError> {
        self.post("restore", body)
    }

    /// `GET catalog`.
    pub fn catalog(&self) -> Result<CatalogList, ApiError> {
        self.get("catalog", &Nothing {})
    }

    /// `GET catalog/{kind}/{type}`.
    pub fn catalog_entry(
        &self,
        kind: CatalogKind,
        type_id: &str,
    ) -> Result<crate::types::CatalogEntry, ApiError> {
        let kind = match kind {
            CatalogKind::Sources => "sources",
            CatalogKind::Steps => "steps",
            CatalogKind::Destinations => "destinations",
        };
        self.get(&format!("catalog/{kind}/{}", escape(type_id)), &Nothing {})
    }

    /// `GET audit`, newest first.
    pub fn audit(&self, query: &AuditQuery) -> Result<Page<AuditEntry>, ApiError> {
        self.get("audit", query)
    }

    /// `GET server/health`.
    pub fn server_health(&self) -> Result<ServerHealth, ApiError> {
        self.get("server/health", &Nothing {})
    }
}

fn of_collector(id: &str, rest: &str) -> String {
    format!("collectors/{}{rest}", escape(id))
}
