//! Which collectors a list means: its filters and its query, asked of each collector in turn.
//! Start at [`Selection::holds`].

use linkmesh_api::types::CollectorQuery;
use linkmesh_control::views::Glance;

use super::error::ApiError;
use super::query::Query;
use super::translate;

/// Filters, ready to be asked.
pub(super) struct Selection {
    filters: CollectorQuery,
    query: Query,
}

impl Selection {
    /// Reads filters; `field` is what the caller calls the query among them.
    pub(super) fn of(filters: CollectorQuery, field: &str) -> Result<Self, ApiError> {
        let query = Query::parse(filters.q.as_deref().unwrap_or_default())
            .map_err(|cause| ApiError::field(field, cause.to_string()))?;
        Ok(Self { filters, query })
    }

    /// Whether a collector is meant. What costs most is asked last.
    pub(super) fn holds(&self, known: &Glance<'_>) -> bool {
        let filters = &self.filters;
        let label = |pair: &String| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            known.labels().get(key).is_some_and(|known| known == value)
        };
        filters.archived.unwrap_or_default().shows(known.archived())
            && filters.status.is_none_or(|wanted| translate::status(known.status()) == wanted)
            && filters.mode.is_none_or(|wanted| translate::mode_of(wanted) == known.mode())
            && filters.runtime.is_none_or(|wanted| translate::runtime_of(wanted) == known.mode().runtime())
            && filters.version.as_ref().is_none_or(|wanted| known.version() == Some(wanted))
            && filters.outdated.is_none_or(|wanted| known.outdated() == wanted)
            && filters.health.is_none_or(|wanted| translate::health(known.health()) == wanted)
            && filters.sync.is_none_or(|wanted| translate::sync(known.sync()) == wanted)
            && filters.label.iter().all(label)
            && filters
                .group
                .as_ref()
                .is_none_or(|wanted| known.groups().iter().any(|group| group.as_str() == wanted))
            && self.query.matches(known)
    }
}
