// The other parts of the overview: what flows, what failed and why, the busiest routes, versions.

import { Link } from "@tanstack/react-router";
import { ArrowUp, CheckCircle2 } from "lucide-react";
import type { Overview } from "../../api/overview";
import { count, percent, plural } from "../../lib/numbers";
import { beginning } from "../../lib/text";
import { Section } from "../../ui/page";
import { Table } from "../../ui/table";
import { Ago, Rate, Unknown } from "../../ui/values";
import classes from "./overview.module.css";

export function Totals({ totals }: { totals: Overview["totals"] }) {
  const why =
    totals.reporting === 0
      ? "No collector reports its own metrics now. They begin a minute after a collector has connected."
      : "The collectors that report do not tell this number.";
  return (
    <section className={classes.totals} aria-label="Telemetry of the whole fleet">
      <Total label="Received" value={totals.in_per_s} why={why} />
      <Total label="Sent" value={totals.out_per_s} why={why} />
      <Total label="Errors" value={totals.errors_per_s} why={why} bad />
      <div className={classes.total}>
        <span className={classes.totalLabel}>Reporting</span>
        <span className={classes.totalValue}>
          {count(totals.reporting)}
          <span className={classes.of}> of {count(totals.reporting + totals.not_reporting)}</span>
        </span>
      </div>
    </section>
  );
}

function Total({
  label,
  value,
  why,
  bad = false,
}: {
  label: string;
  value: number | null | undefined;
  why: string;
  bad?: boolean;
}) {
  return (
    <div className={classes.total} data-bad={(bad && (value ?? 0) > 0) || undefined}>
      <span className={classes.totalLabel}>{label}</span>
      <span className={classes.totalValue}>
        <Rate value={value} why={why} />
      </span>
    </div>
  );
}

export function Failures({ failures }: { failures: Overview["failures"] }) {
  return (
    <Section
      title="Last failures"
      actions={
        <Link to="/events" search={{ severity: "error" }}>
          All errors
        </Link>
      }
    >
      {failures.length === 0 ? (
        <p className={classes.well}>
          <CheckCircle2 size={15} aria-hidden /> Nothing has failed lately.
        </p>
      ) : (
        <ul className={classes.failures}>
          {failures.map((failure) => (
            <li key={`${failure.collector} ${failure.at} ${failure.kind}`}>
              <div className={classes.failureHead}>
                <Link
                  to="/collectors/$collector"
                  params={{ collector: failure.collector }}
                  search={{ tab: "attempts" }}
                  className="clip"
                  title={failure.name}
                >
                  <bdi>{beginning(failure.name)}</bdi>
                </Link>
                <span className="quiet">
                  {failure.over ? "works again · " : ""}
                  <Ago at={failure.at} />
                </span>
              </div>
              <div className={failure.over ? classes.past : classes.cause} title={failure.message}>
                <bdi>{beginning(failure.message)}</bdi>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

export function Routes({ routes }: { routes: Overview["top_routes"] }) {
  return (
    <Section title="Busiest routes" actions={<Link to="/topology">Topology</Link>}>
      {routes.length === 0 ? (
        <p className={classes.well}>
          No route carries telemetry yet. <Link to="/routes">Routes</Link> lead from sources to destinations.
        </p>
      ) : (
        <Table
          label="Busiest routes with their rates"
          rows={routes}
          rowKey={(route) => route.path}
          columns={[
            {
              id: "route",
              head: "Route",
              cell: (route) => (
                <Link
                  to="/edit/$"
                  params={{ _splat: route.path.replace(/\.yaml$/, "") }}
                  className={classes.route}
                  title={route.path}
                >
                  <bdi>{beginning(route.name)}</bdi>
                </Link>
              ),
            },
            {
              id: "offered",
              head: "Offered",
              numeric: true,
              cell: (route) => <Rate value={route.offered_per_s} why={NO_ROUTE_NUMBERS} />,
            },
            {
              id: "matched",
              head: "Matched",
              numeric: true,
              cell: (route) => <Rate value={route.matched_per_s} why={NO_ROUTE_NUMBERS} />,
            },
            { id: "share", head: "Share", numeric: true, cell: (route) => <Share route={route} /> },
          ]}
        />
      )}
    </Section>
  );
}

const NO_ROUTE_NUMBERS = "No collector that runs this route reports numbers of it now.";

function Share({ route }: { route: Overview["top_routes"][number] }) {
  const { matched_per_s: matched, offered_per_s: offered } = route;
  if (typeof matched !== "number" || typeof offered !== "number" || offered <= 0)
    return <Unknown why={NO_ROUTE_NUMBERS} />;
  return percent(Math.min(100, (matched / offered) * 100));
}

export function Versions({ versions }: { versions: Overview["versions"] }) {
  const behind = versions.filter(({ outdated }) => outdated).reduce((sum, row) => sum + row.count, 0);
  return (
    <Section
      title="Versions"
      actions={
        behind > 0 ? (
          <span className={classes.behind}>
            <ArrowUp size={13} aria-hidden /> {plural(behind, "collector")} behind the tested version
          </span>
        ) : null
      }
    >
      <ul className={classes.versions}>
        {versions.map(({ runtime, version, count: number, outdated }) => (
          <li key={`${runtime} ${version}`}>
            <Link
              to="/collectors"
              search={{ q: asked(runtime, version) }}
              title={version ?? ""}
              className={classes.version}
              data-outdated={outdated || undefined}
            >
              <span className="clip">
                <bdi>
                  {runtime ?? "unknown"} {version ?? "of unknown version"}
                </bdi>
              </span>
              <span className="num">{count(number)}</span>
              {outdated ? (
                <>
                  <ArrowUp size={13} aria-hidden />
                  <span className="only-read">behind the tested version</span>
                </>
              ) : null}
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function asked(runtime: string | null | undefined, version: string | null | undefined): string {
  const terms = [
    runtime ? `runtime=${runtime}` : "",
    // Those that report none have nothing that an expression could match.
    version ? `version="${version.replaceAll('"', "")}"` : 'not version~"."',
  ];
  return terms.filter((term) => term !== "").join(" and ");
}
