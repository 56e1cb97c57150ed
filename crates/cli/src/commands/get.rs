//! `get`: every noun as a list, page after page, once or until interrupted.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use linkmesh_api::client::{ApiError, Client};
use linkmesh_api::types::{ArchivedFilter, CollectorQuery, EntityKind, EntityQuery, ListQuery, Page};
use serde::Serialize;

use super::Outcome;
use super::rows::{CATALOG, COLLECTORS, Columns, ENTITIES, LINKS, LinkRow, REVISIONS, TOKENS};
use crate::args::{Format, GetArguments, Noun};
use crate::output::table::table;
use crate::output::{Screen, note};
use crate::progress::during;

const PAGE_ITEMS: u32 = 500;
/// A list that goes on longer than any fleet is a fault of the server.
const PAGES_MAX: usize = 10_000;
/// Links of which the two ends are asked for.
const LINKS_COUNTED_MAX: usize = 50;
const BETWEEN_LOOKS: Duration = Duration::from_secs(2);

pub(super) fn run(screen: &mut Screen<'_>, client: &Client, arguments: &GetArguments) -> Result<Outcome> {
    refuse_what_does_not_apply(arguments)?;
    let mut last = None;
    loop {
        match during("listing", || once(screen, client, arguments, &mut last)) {
            Ok(()) => {}
            Err(error) if arguments.watch && may_pass(&error) => {
                note(&format!("note: {error:#}; trying again"));
            }
            Err(error) => return Err(error),
        }
        if !arguments.watch {
            return Ok(Outcome::Done);
        }
        screen.flush()?;
        std::thread::sleep(BETWEEN_LOOKS);
        screen.now = jiff::Timestamp::now();
    }
}

/// Every page of a list.
pub(super) fn all<T>(mut page: impl FnMut(ListQuery) -> Result<Page<T>, ApiError>) -> Result<Vec<T>> {
    let mut items = Vec::new();
    let mut cursor = None;
    for _ in 0..PAGES_MAX {
        let answer = page(ListQuery { limit: Some(PAGE_ITEMS), cursor: cursor.clone() })?;
        items.extend(answer.items);
        match answer.next_cursor {
            None => return Ok(items),
            next if next == cursor => bail!("the server repeats a page of the list; report this as a fault"),
            next => cursor = next,
        }
    }
    bail!("the list has more than {PAGES_MAX} pages; narrow it with a query")
}

/// Every entity of one kind over all scopes.
pub(super) fn entities(
    client: &Client,
    kind: EntityKind,
    query: &EntityQuery,
) -> Result<Vec<linkmesh_api::types::ListedEntity>> {
    all(|page| {
        client.entities(kind, &EntityQuery { limit: page.limit, cursor: page.cursor, ..query.clone() })
    })
}

fn refuse_what_does_not_apply(arguments: &GetArguments) -> Result<()> {
    let entity = arguments.noun.entity_kind().is_some();
    if !arguments.labels.is_empty() && !matches!(arguments.noun, Noun::Collectors | Noun::Tokens) {
        bail!("labels are on collectors and tokens; this list has none to filter by");
    }
    if arguments.scope.is_some() && !entity {
        bail!("--scope is for sources, routes and destinations");
    }
    if arguments.archived && arguments.noun != Noun::Collectors {
        bail!("--archived is for collectors");
    }
    if arguments.query.is_some() && !entity && arguments.noun != Noun::Collectors {
        bail!("--query is for collectors and for entities");
    }
    Ok(())
}

fn once(
    screen: &mut Screen<'_>,
    client: &Client,
    arguments: &GetArguments,
    last: &mut Option<String>,
) -> Result<()> {
    let mut list = List { screen, arguments, last };
    match arguments.noun {
        Noun::Collectors => list.write(&COLLECTORS, collectors(client, arguments)?),
        Noun::Tokens => {
            let mut tokens = all(|page| client.enrollment_tokens(&page))?;
            let wanted = |(key, value): (&String, &String), token: &linkmesh_api::types::EnrollmentToken| {
                token.labels.get(key) == Some(value)
            };
            tokens.retain(|token| {
                arguments.labels.iter().all(|label| wanted((&label.key, &label.value), token))
            });
            list.write(&TOKENS, tokens)
        }
        Noun::Revisions => list.write(&REVISIONS, revisions(client, arguments)?),
        Noun::Catalog => list.write(&CATALOG, client.catalog()?.items),
        Noun::Links => list.write(&LINKS, links(client, arguments)?),
        noun => {
            let kind = noun.entity_kind().context("this noun is no entity")?;
            let query = EntityQuery {
                scope: arguments.scope.clone(),
                q: arguments.query.clone(),
                ..EntityQuery::default()
            };
            list.write(&ENTITIES, entities(client, kind, &query)?)
        }
    }
}

fn collectors(client: &Client, arguments: &GetArguments) -> Result<Vec<linkmesh_api::types::Collector>> {
    if let Some(id) = &arguments.id {
        return Ok(vec![client.collector(id)?]);
    }
    let label: Vec<String> = arguments.labels.iter().map(ToString::to_string).collect();
    let archived = arguments.archived.then_some(ArchivedFilter::Only);
    let query = CollectorQuery { label, q: arguments.query.clone(), archived, ..CollectorQuery::default() };
    all(|page| client.collectors(&CollectorQuery { limit: page.limit, cursor: page.cursor, ..query.clone() }))
}

/// Links, each with what its two ends count. Beyond the first ones that is not asked: each answer looks at the whole fleet.
fn links(client: &Client, arguments: &GetArguments) -> Result<Vec<LinkRow>> {
    let query = EntityQuery { q: arguments.query.clone(), ..EntityQuery::default() };
    let mut links = entities(client, EntityKind::Links, &query)?;
    if let Some(id) = &arguments.id {
        links.retain(|link| link.id == *id);
    }
    let counted = |(at, link): (usize, linkmesh_api::types::ListedEntity)| {
        let traffic = (at < LINKS_COUNTED_MAX).then(|| client.link_traffic(&link.id));
        // One that was saved a moment ago may not be in force yet.
        LinkRow { link, traffic: traffic.and_then(Result::ok) }
    };
    Ok(links.into_iter().enumerate().map(counted).collect())
}

fn revisions(client: &Client, arguments: &GetArguments) -> Result<Vec<linkmesh_api::types::Revision>> {
    match &arguments.id {
        Some(id) => Ok(vec![client.revision(id)?.revision]),
        None => all(|page| client.revisions(&page)),
    }
}

fn may_pass(error: &anyhow::Error) -> bool {
    error.downcast_ref::<ApiError>().is_some_and(ApiError::may_pass)
}

struct List<'a, 'b> {
    screen: &'a mut Screen<'b>,
    arguments: &'a GetArguments,
    /// What was written last, to see whether there is something new.
    last: &'a mut Option<String>,
}

impl List<'_, '_> {
    fn write<T: Serialize>(&mut self, columns: &Columns<T>, mut items: Vec<T>) -> Result<()> {
        let single = self.arguments.id.as_deref();
        // The server has already found one collector or revision, a revision also by a part of its id.
        let found_by_server = matches!(self.arguments.noun, Noun::Collectors | Noun::Revisions);
        if let Some(id) = single.filter(|_| !found_by_server) {
            items.retain(|item| (columns.id)(item) == id);
            if items.is_empty() {
                bail!(
                    "there is no `{id}` here; `linkmesh get {}` lists what there is",
                    word(self.arguments.noun)
                );
            }
        }
        if self.arguments.watch && !self.is_new(columns, &items)? {
            return Ok(());
        }
        self.show(columns, &items, single.is_some())
    }

    /// Compares without the times that move by themselves.
    fn is_new<T: Serialize>(&mut self, columns: &Columns<T>, items: &[T]) -> Result<bool> {
        let mut text = String::new();
        for item in items {
            let mut value = serde_json::to_value(item).context("comparing")?;
            if let Some(object) = value.as_object_mut() {
                for moving in
                    ["last_seen_at", "in_per_s", "out_per_s", "cpu_percent", "memory_bytes", "traffic"]
                {
                    object.remove(moving);
                }
            }
            text.push_str((columns.id)(item));
            text.push_str(&value.to_string());
        }
        let new = self.last.as_ref() != Some(&text);
        *self.last = Some(text);
        Ok(new)
    }

    fn show<T: Serialize>(&mut self, columns: &Columns<T>, items: &[T], single: bool) -> Result<()> {
        let format = self.arguments.format.format;
        let written = match items {
            [one] if single => self.screen.document(format, one)?,
            several => self.screen.document(format, &several)?,
        };
        if written {
            return Ok(());
        }
        if format == Format::Name {
            return items.iter().try_for_each(|item| self.screen.line((columns.id)(item)));
        }
        if items.is_empty() {
            note(empty(self.arguments.noun));
            return Ok(());
        }
        let count = if format == Format::Wide { columns.header.len() } else { columns.narrow };
        let header = columns.header.get(..count).unwrap_or(columns.header);
        let rows = items.iter().map(|item| {
            let mut row = (columns.row)(item, self.screen.now);
            row.truncate(count);
            row
        });
        let text = table(header, rows);
        self.screen.raw(&text)
    }
}

fn word(noun: Noun) -> String {
    use clap::ValueEnum as _;
    noun.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

/// What an empty list means, with the next command to run.
fn empty(noun: Noun) -> &'static str {
    match noun {
        Noun::Collectors => {
            "no collectors match; `linkmesh token create` makes a token with which a host joins"
        }
        Noun::Tokens => "no enrollment tokens; `linkmesh token create` makes one",
        Noun::Revisions => "no revisions yet; `linkmesh apply -f DIR` makes the first one",
        Noun::Catalog => "the catalog is empty",
        _entity => "none match; `linkmesh apply -f DIR` saves some from files",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(items: &[u8], next: Option<&str>) -> Page<u8> {
        Page { items: items.to_vec(), next_cursor: next.map(str::to_owned), total: None }
    }

    #[test]
    fn a_list_is_read_to_its_last_page() {
        let mut asked = Vec::new();
        let items = all(|query| {
            asked.push(query.cursor.clone());
            Ok(match query.cursor.as_deref() {
                None => page(&[1, 2], Some("b")),
                _ => page(&[3], None),
            })
        });
        assert_eq!(items.unwrap(), [1, 2, 3]);
        assert_eq!(asked, [None, Some("b".to_owned())]);
    }

    #[test]
    fn a_list_that_repeats_itself_ends_with_an_error() {
        assert!(all(|_| Ok(page(&[1], Some("a")))).is_err());
    }
}
