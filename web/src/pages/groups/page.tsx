// Groups: collectors that share configuration. Stored ones with what the draft does to them.

import { TextInput } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Plus, Search } from "lucide-react";
import { useMemo, useState } from "react";
import { facetsQuery } from "../../api/collectors";
import { entitiesQuery } from "../../api/entities";
import { meQuery, whyNot } from "../../api/session";
import { useDraft } from "../../draft/use-entry";
import { RowActions } from "../../forms/entity-actions";
import { type EntityRow, rowsOf } from "../../forms/model/rows";
import { count, plural } from "../../lib/numbers";
import { beginning } from "../../lib/text";
import { span } from "../../lib/time";
import { StateBadge } from "../../ui/badges";
import { CopyAs } from "../../ui/copy-as";
import { GuardedButton } from "../../ui/guarded";
import { NextPage } from "../../ui/more";
import { Empty, ErrorPanel, Page, Skeleton } from "../../ui/page";
import "../../ui/styles";
import { type Column, Table } from "../../ui/table";
import { NewGroup } from "./new-group";
import classes from "./page.module.css";

export default function Screen() {
  const search = useSearch({ from: "/shell/groups" });
  const navigate = useNavigate({ from: "/groups" });
  const why = whyNot(useQuery(meQuery).data, "config:write");
  const filters = useMemo(() => (search.q ? { q: search.q } : {}), [search.q]);
  const list = useInfiniteQuery(entitiesQuery("groups", filters));
  const facets = useQuery(facetsQuery(undefined)).data;
  const draft = useDraft();
  const [making, setMaking] = useState(false);
  const stored = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data]);
  const rows = useMemo(() => rowsOf("groups", stored, draft, filters), [stored, draft, filters]);
  const columns = useColumns(facets?.groups, why);
  const total = list.data?.pages[0]?.total;
  return (
    <Page
      title="Groups"
      about="Collectors that share configuration: by their labels, by name, or by the token they joined with."
      actions={
        <>
          <CopyAs cli="linkmesh get groups" path="groups" />
          <GuardedButton
            leftSection={<Plus size={14} aria-hidden />}
            why={why}
            onClick={() => setMaking(true)}
          >
            New group
          </GuardedButton>
        </>
      }
    >
      <TextInput
        aria-label="Filter by id or name"
        placeholder="Filter by id or name"
        leftSection={<Search size={14} aria-hidden />}
        className={classes.search ?? ""}
        defaultValue={search.q ?? ""}
        onChange={({ currentTarget }) =>
          void navigate({ search: currentTarget.value ? { q: currentTarget.value } : {}, replace: true })
        }
      />
      {list.isPending ? <Skeleton lines={6} height={28} /> : null}
      {list.isError ? <ErrorPanel error={list.error} retry={() => void list.refetch()} /> : null}
      {list.isSuccess ? (
        <>
          <Table
            label="Groups"
            columns={columns}
            rows={rows}
            rowKey={({ path }) => path}
            empty={
              search.q ? (
                <Empty title="No group matches" />
              ) : (
                <Empty title="No group yet" command="linkmesh apply -f groups/edge/group.yaml">
                  A group gives the same sources, routes and destinations to all collectors that it selects.
                </Empty>
              )
            }
          />
          <div className={classes.foot} aria-live="polite">
            <span className="quiet">{total ? `${plural(total, "group")} in the repository` : ""}</span>
            <NextPage pages={list} />
          </div>
        </>
      ) : null}
      {making ? <NewGroup onClose={() => setMaking(false)} /> : null}
    </Page>
  );
}

/** The server counts so many groups, the largest first; of others the size is not known. */
const SIZES_MAX = 200;

const STATES = {
  new: ["pending", "New"],
  changed: ["pending", "Changed"],
  removed: ["revoked", "Removed"],
} as const;

function useColumns(
  sizes: Readonly<Record<string, number>> | undefined,
  why: string | null,
): ReadonlyArray<Column<EntityRow>> {
  return useMemo(
    () => [
      { id: "name", head: "Name", width: 180, cell: (row) => <Name row={row} /> },
      {
        id: "selector",
        head: "Selector",
        width: 220,
        cell: ({ value }) =>
          typeof value.selector === "string" && value.selector !== "" ? (
            <div className={`clip mono ${classes.selector}`} title={value.selector.slice(0, 500)}>
              <bdi>{beginning(value.selector)}</bdi>
            </div>
          ) : (
            <span className="quiet">none</span>
          ),
      },
      {
        id: "members",
        head: "Members by name",
        numeric: true,
        cell: ({ value }) => count(Array.isArray(value.members) ? value.members.length : 0),
      },
      {
        id: "collectors",
        head: "Collectors now",
        numeric: true,
        cell: ({ id, state }) =>
          sizes === undefined ||
          state === "new" ||
          !(id in sizes || Object.keys(sizes).length < SIZES_MAX) ? (
            <span className="quiet">–</span>
          ) : (
            <Link to="/collectors" search={{ q: `group=${id}` }}>
              {count(sizes[id] ?? 0)}
            </Link>
          ),
      },
      {
        id: "trust",
        head: "Trusts claims",
        cell: ({ value }) =>
          value.trust_reported === true ? (
            <StateBadge
              state="warning"
              label="Yes"
              reason="Sealed credentials go to every host that claims what the selector asks for."
            />
          ) : (
            <span className="quiet">no</span>
          ),
      },
      {
        id: "archive",
        head: "Archive after",
        cell: ({ value }) =>
          typeof value.archive_after_s === "number" ? (
            span(value.archive_after_s)
          ) : (
            <span className="quiet">never</span>
          ),
      },
      {
        id: "actions",
        head: <span className="only-read">Actions</span>,
        acts: true,
        cell: (row) => <RowActions row={row} why={why} />,
      },
    ],
    [sizes, why],
  );
}

function Name({ row }: { row: EntityRow }) {
  const state = row.state === "stored" ? null : STATES[row.state];
  return (
    <div className={classes.name}>
      <Link to="/groups/$group" params={{ group: row.id }} className="clip">
        <bdi title={(row.name ?? row.id).slice(0, 300)}>{beginning(row.name ?? row.id)}</bdi>
      </Link>
      {row.name ? <span className={`mono quiet ${classes.id}`}>{row.id}</span> : null}
      {state ? <StateBadge state={state[0]} label={state[1]} reason="In your draft; not saved yet." /> : null}
    </div>
  );
}
