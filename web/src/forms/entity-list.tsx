// A list of entities over all scopes: stored ones with what the draft does to them, and new ones of the draft on top.
import { Button, TextInput } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Plus, Search } from "lucide-react";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import {
  allEntitiesQuery,
  type EntityFilters,
  type EntityKind,
  entitiesQuery,
  placeOf,
} from "../api/entities";
import { meQuery, whyNot } from "../api/session";
import { useDraft } from "../draft/use-entry";
import { plural } from "../lib/numbers";
import { beginning, commandLine, scopeWords, withQuery } from "../lib/text";
import { StateBadge } from "../ui/badges";
import { CopyAs } from "../ui/copy-as";
import { Hint } from "../ui/hint";
import { NextPage } from "../ui/more";
import { Empty, ErrorPanel, Page, Skeleton } from "../ui/page";
import { type Column, Table } from "../ui/table";
import { CheckLine, ErrorSummary } from "./check-line";
import { RowActions } from "./entity-actions";
import { EntityLink } from "./entity-link";
import classes from "./entity-list.module.css";
import { type EntityRow, rowsOf } from "./model/rows";
import { type Usage, usageOf, usersOf } from "./usage";
import { useCheck } from "./use-check";
import "../ui/styles";

export interface EntityListProps {
  kind: EntityKind;
  title: string;
  about: string;
  /** "source", for buttons. */
  noun: string;
  /** Under "nothing here yet". */
  empty: ReactNode;
  command: string;
  filters: EntityFilters;
  setFilters: (filters: EntityFilters) => void;
  columns: ReadonlyArray<Column<EntityRow>>;
  /** Whether it belongs to a scope and shows one. */
  scoped: boolean;
}

export function EntityList(props: EntityListProps) {
  const { kind, title, about, noun, filters, scoped } = props;
  const me = useQuery(meQuery).data;
  const list = useInfiniteQuery(entitiesQuery(kind, filters));
  const routes = useQuery({ ...allEntitiesQuery("routes"), enabled: kind !== "routes" && kind !== "links" });
  const usage = useMemo(() => usageOf(routes.data?.items ?? []), [routes.data]);
  const draft = useDraft();
  const check = useCheck();
  const stored = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data]);
  const rows = useMemo(() => rowsOf(kind, stored, draft, filters), [kind, stored, draft, filters]);
  const why = whyNot(me, "config:write");
  const columns = useColumns(props, usage, why);
  const total = list.data?.pages[0]?.total;
  const filtered = Boolean(filters.q || filters.scope || filters.type);
  const add = (
    <Button
      leftSection={<Plus size={14} aria-hidden />}
      disabled={why !== null}
      renderRoot={(props) => (
        <Link to="/edit/$" params={{ _splat: "new" }} search={{ new: kind }} {...props} />
      )}
    >
      New {noun}
    </Button>
  );
  return (
    <Page
      title={title}
      about={about}
      actions={
        <>
          <CopyAs
            cli={commandLine(`linkmesh get ${kind}`, { "-q": filters.q, "--scope": filters.scope })}
            path={withQuery(kind, { q: filters.q, scope: filters.scope, type: filters.type })}
          />
          {why ? <Hint text={why}>{add}</Hint> : add}
        </>
      }
    >
      <Filters filters={filters} setFilters={props.setFilters} scoped={scoped} />
      {check.state === "refused" ? <CheckLine check={check} /> : null}
      {check.state === "refused" ? <ErrorSummary errors={check.errors} /> : null}
      {list.isPending ? <Skeleton lines={8} height={28} /> : null}
      {list.isError ? <ErrorPanel error={list.error} retry={() => void list.refetch()} /> : null}
      {list.isSuccess ? (
        <>
          <Table
            label={title}
            columns={columns}
            rows={rows}
            rowKey={({ path }) => path}
            empty={
              filtered ? (
                <Empty title={`No ${noun} fits the filter`}>
                  <Button variant="default" size="xs" onClick={() => props.setFilters({})}>
                    Show all
                  </Button>
                </Empty>
              ) : (
                <Empty title={`No ${noun} yet`} command={props.command}>
                  {props.empty}
                </Empty>
              )
            }
          />
          <div className={classes.foot} aria-live="polite">
            <span className="quiet">{total ? `${plural(total, noun)} in the repository` : ""}</span>
            <NextPage pages={list} />
          </div>
        </>
      ) : null}
    </Page>
  );
}

function Filters({
  filters,
  setFilters,
  scoped,
}: {
  filters: EntityFilters;
  setFilters: (filters: EntityFilters) => void;
  scoped: boolean;
}) {
  const [words, setWords] = useState(filters.q ?? "");
  const change = useRef(setFilters);
  change.current = setFilters;
  const { q = "", scope, type } = filters;
  useEffect(() => {
    if (words === q) return;
    const timer = setTimeout(() => change.current({ q: words, scope, type }), 250);
    return () => clearTimeout(timer);
  }, [words, q, scope, type]);
  return (
    <div className={classes.filters}>
      <TextInput
        className={classes.search ?? ""}
        aria-label="Filter by id or name"
        placeholder="Filter by id or name"
        leftSection={<Search size={14} aria-hidden />}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      {scoped ? (
        <TextInput
          className={classes.scoped ?? ""}
          aria-label="Filter by scope"
          placeholder="Scope: fleet, groups/edge"
          defaultValue={filters.scope ?? ""}
          onBlur={(event) => setFilters({ ...filters, scope: event.currentTarget.value.trim() })}
          onKeyDown={(event) => {
            if (event.key === "Enter") setFilters({ ...filters, scope: event.currentTarget.value.trim() });
          }}
        />
      ) : null}
    </div>
  );
}

const STATES = {
  new: ["pending", "New"],
  changed: ["pending", "Changed"],
  removed: ["revoked", "Removed"],
} as const;

function useColumns(props: EntityListProps, usage: Usage, why: string | null): Column<EntityRow>[] {
  const { kind, scoped, columns } = props;
  return useMemo(() => {
    const used = kind === "sources" || kind === "destinations" || kind === "pipelines";
    return [
      { id: "name", head: "Name", width: 200, cell: (row) => <Name row={row} /> },
      ...columns,
      ...(scoped
        ? [
            {
              id: "scope",
              head: "Scope",
              cell: (row: EntityRow) => (
                <span className={classes.scope} title={row.scope ?? ""}>
                  <bdi>{beginning(scopeWords(row.scope))}</bdi>
                </span>
              ),
            },
          ]
        : []),
      ...(used
        ? [{ id: "used", head: "Used by", cell: (row: EntityRow) => <UsedBy row={row} usage={usage} /> }]
        : []),
      {
        id: "actions",
        head: <span className="only-read">Actions</span>,
        acts: true,
        cell: (row: EntityRow) => <RowActions row={row} why={why} />,
      },
    ];
  }, [kind, scoped, columns, usage, why]);
}

function Name({ row }: { row: EntityRow }) {
  const state = row.state === "stored" ? null : STATES[row.state];
  return (
    <div className={classes.name}>
      <EntityLink path={row.path} className={classes.link}>
        <bdi title={row.name ?? row.id}>{beginning(row.name ?? row.id)}</bdi>
      </EntityLink>
      {row.name ? <span className={classes.id}>{row.id}</span> : null}
      {state ? <StateBadge state={state[0]} label={state[1]} reason="In your draft; not saved yet." /> : null}
    </div>
  );
}

function UsedBy({ row, usage }: { row: EntityRow; usage: Usage }) {
  const place = placeOf(row.path);
  const users = place ? usersOf(usage, place) : [];
  if (users.length === 0) return <span className="quiet">no route</span>;
  const [first, ...others] = users;
  return (
    <span className={classes.used} title={users.join("\n")}>
      <EntityLink path={first ?? ""}>
        <bdi>{beginning(placeOf(first ?? "")?.id)}</bdi>
      </EntityLink>
      {others.length > 0 ? <span className="quiet"> and {plural(others.length, "other")}</span> : null}
    </span>
  );
}
