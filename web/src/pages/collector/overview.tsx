// The numbers of a collector now and over the last day, and the facts that are known of it.
import { SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useMemo, useState } from "react";
import { type Collector, pastQuery, throughputQuery } from "../../api/collectors";
import { bytes, percent, rate } from "../../lib/numbers";
import { beginning, middle, sentence } from "../../lib/text";
import { span } from "../../lib/time";
import { Chart, type ChartLine } from "../../ui/chart";
import { Empty, ErrorPanel, Section, Skeleton } from "../../ui/page";
import { Ago, Copied, Rate, Unknown } from "../../ui/values";
import { type Day, dayOf, errors, known, received, sent, sinceFirst } from "./day";
import classes from "./page.module.css";

export function Overview({ collector }: { collector: Collector }) {
  return (
    <div className={classes.parts}>
      <Numbers collector={collector} />
      <LastDay id={collector.id} />
      <div className={classes.two}>
        <Section title="Facts">
          <Facts collector={collector} />
        </Section>
        <Section title="What the host says about itself">
          <Reported collector={collector} />
        </Section>
      </div>
    </div>
  );
}

function Numbers({ collector }: { collector: Collector }) {
  const { data: now } = useQuery(throughputQuery(collector.id));
  const stale = collector.status !== "connected";
  const why =
    collector.status === "awaiting_connection"
      ? "The host has not connected yet."
      : stale
        ? "The collector is not connected, so its numbers are not known."
        : collector.numbers_reason
          ? `${collector.numbers_reason}.`
          : "No numbers have come from the collector yet. They follow within a minute of a connection.";
  const text = (shown: string | null) => (shown === null ? <Unknown why={why} /> : shown);
  const process = now?.process;
  const known = <Value,>(value: Value | null | undefined, show: (value: Value) => string) =>
    text(value === null || value === undefined ? null : show(value));
  return (
    <dl className={classes.numbers}>
      <NumberBox name="Received">{<Rate value={now ? received(now) : null} why={why} />}</NumberBox>
      <NumberBox name="Sent">{<Rate value={now ? sent(now) : null} why={why} />}</NumberBox>
      <NumberBox name="Refused and failed">{<Rate value={now ? errors(now) : null} why={why} />}</NumberBox>
      <NumberBox name="CPU, of one core">{known(process?.cpu_percent, percent)}</NumberBox>
      <NumberBox name="Memory">{known(process?.memory_bytes, bytes)}</NumberBox>
      <NumberBox name="Uptime">{known(process?.uptime_s, span)}</NumberBox>
      <NumberBox name="Restarts seen">{known(process?.restarts, String)}</NumberBox>
    </dl>
  );
}

function NumberBox({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={classes.number}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const CHARTS = [
  { value: "events", label: "Events" },
  { value: "cpu", label: "CPU" },
  { value: "memory", label: "Memory" },
] as const;

/** So many steps of five minutes make a line worth looking at. */
const YOUNG_STEPS = 8;

const NO_LINES: ChartLine[] = [];

function LastDay({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(pastQuery(id, 86_400));
  const [chart, setChart] = useState<string>("events");
  const long = useMemo(() => (data ? sinceFirst(dayOf(data.series ?? [])) : null), [data]);
  // Who came within the last minutes has a line only in small steps.
  const young = long !== null && long.times.length < YOUNG_STEPS;
  const hour = useQuery({ ...pastQuery(id, 3_600), enabled: young });
  const short = useMemo(() => (hour.data ? sinceFirst(dayOf(hour.data.series ?? [])) : null), [hour.data]);
  const day = young && short && known(short) > 0 ? short : long;
  const lines = useMemo(() => (day ? linesOf(day, chart) : NO_LINES), [day, chart]);
  const nothing = lines.every(({ points }) => points.every((point) => point === null));
  return (
    <Section
      title="Last day"
      actions={
        <SegmentedControl
          size="xs"
          aria-label="What the chart shows"
          data={CHARTS.map((one) => ({ ...one }))}
          value={chart}
          onChange={setChart}
        />
      }
    >
      {error ? (
        <ErrorPanel error={error} retry={() => void refetch()} />
      ) : day === null ? (
        <Skeleton lines={1} height={200} />
      ) : nothing ? (
        <Empty title="No numbers of the last day">
          A collector pushes its own metrics once it is connected; the first follow within a minute. They are
          kept for 24 hours.
        </Empty>
      ) : (
        <Chart
          label={CHARTS.find(({ value }) => value === chart)?.label ?? ""}
          times={day.times}
          lines={lines}
          format={chart === "events" ? rate : chart === "cpu" ? percent : bytes}
          height={200}
        />
      )}
    </Section>
  );
}

function linesOf(day: Day, chart: string): ChartLine[] {
  if (chart === "cpu") return [{ label: "CPU, of one core", points: day.cpu, tone: "action" }];
  if (chart === "memory") return [{ label: "Memory", points: day.memory, tone: "action" }];
  return [
    { label: "Received", points: day.received, tone: "flow" },
    { label: "Sent", points: day.sent, tone: "action" },
    { label: "Refused and failed", points: day.errors, tone: "bad" },
  ];
}

function Facts({ collector }: { collector: Collector }) {
  const { runtime, version, outdated, mode, tier, host, groups, uid, managed, desired, effective, inferred } =
    collector;
  const program =
    runtime === "alloy" ? "Grafana Alloy" : runtime === "otelcol" ? "OpenTelemetry Collector" : null;
  const same = desired && effective?.hash ? desired.hash === effective.hash : null;
  return (
    <dl className={classes.facts}>
      <Fact name="Program">
        {program ?? <Unknown why="The host has not connected yet." />}{" "}
        {version ? <bdi>{beginning(version)}</bdi> : null}
        {outdated ? <span className="quiet"> (behind the tested version)</span> : null}
      </Fact>
      <Fact name="Managed by">
        {mode === "opamp" ? "OpAMP" : "Alloy remotecfg"}, tier {tier}
        {managed === false ? ", only observed" : ""}
      </Fact>
      <Fact name="Host">
        {host ? <bdi>{beginning(host)}</bdi> : <Unknown why="The host has not said its name." />}
      </Fact>
      <Fact name="Groups">
        {groups && groups.length > 0
          ? groups.map((group, index) => (
              <span key={group}>
                {index > 0 ? ", " : ""}
                <Link to="/groups/$group" params={{ group }}>
                  {group}
                </Link>
              </span>
            ))
          : "none"}
      </Fact>
      <Fact name="Last seen">
        <Ago at={collector.last_seen_at} />
      </Fact>
      <Fact name="Connected since">
        <Ago at={collector.connected_at} none="not connected" />
      </Fact>
      <Fact name="Should run">
        {desired ? (
          <>
            <Copied text={desired.hash} most={18} what="hash" /> of{" "}
            <Link to="/history/$revision" params={{ revision: desired.revision }} className="mono">
              {middle(desired.revision, 11)}
            </Link>
          </>
        ) : (
          "nothing: no source, route or destination applies to it"
        )}
      </Fact>
      <Fact name="Runs">
        {effective?.hash ? (
          <>
            <Copied text={effective.hash} most={18} what="hash" />
            {same === null
              ? ""
              : same
                ? " (the same)"
                : collector.sync === "in_sync"
                  ? " (written otherwise, the same in meaning)"
                  : " (not the same)"}
            {inferred ? " (concluded: its version does not report it)" : ""}
          </>
        ) : (
          <Unknown why="It has not reported a configuration of ours." />
        )}
      </Fact>
      <Fact name="Instance uid">
        {uid ? <Copied text={uid} most={40} what="uid" /> : <Unknown why="The host has not connected yet." />}
      </Fact>
      {mode === "alloy-remotecfg" ? (
        <Fact name="Token made">
          <Ago at={collector.token_minted_at} />
        </Fact>
      ) : null}
    </dl>
  );
}

function Reported({ collector: { reported } }: { collector: Collector }) {
  const claims = Object.entries(reported ?? {});
  if (claims.length === 0) return <span className="quiet">Nothing yet.</span>;
  return (
    <>
      <span className="quiet">
        Claims, not labels: groups can select by them as reported.KEY, and must be told to trust them.
      </span>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must take the focus */}
      <section className={classes.reported} aria-label="Claims of the host" tabIndex={0}>
        <dl className={classes.facts}>
          {claims.map(([key, value]) => (
            <Fact key={key} name={<bdi title={key}>{beginning(key, 80)}</bdi>}>
              <bdi title={value}>{beginning(value)}</bdi>
            </Fact>
          ))}
        </dl>
      </section>
    </>
  );
}

function Fact({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <>
      <dt>{typeof name === "string" ? sentence(name) : name}</dt>
      <dd>{children}</dd>
    </>
  );
}
