// The past of a collector as lines of a chart. What is unknown at a step is a gap, also in sums.
import type { Schema } from "../../api/client";

type Throughput = Schema<"Throughput">;

export interface Day {
  times: number[];
  received: Array<number | null>;
  sent: Array<number | null>;
  errors: Array<number | null>;
  cpu: Array<number | null>;
  memory: Array<number | null>;
}

/** From the answer's series. */
export function dayOf(series: readonly Throughput[]): Day {
  const day: Day = { times: [], received: [], sent: [], errors: [], cpu: [], memory: [] };
  for (const step of series) {
    const at = step.as_of ? Date.parse(step.as_of) / 1000 : Number.NaN;
    // A chart needs times that grow.
    if (!Number.isFinite(at) || at <= (day.times.at(-1) ?? 0)) continue;
    day.times.push(at);
    day.received.push(received(step));
    day.sent.push(sent(step));
    day.errors.push(errors(step));
    day.cpu.push(step.process?.cpu_percent ?? null);
    day.memory.push(step.process?.memory_bytes ?? null);
  }
  return day;
}

/** How many steps say anything. */
export const known = (day: Day): number =>
  day.times.filter((_, at) =>
    [day.received, day.sent, day.errors, day.cpu, day.memory].some((line) => typeof line[at] === "number"),
  ).length;

/** Without the time before the first number: a line of two hours is not squeezed into the corner of a day. */
export function sinceFirst(day: Day): Day {
  const lines = [day.received, day.sent, day.errors, day.cpu, day.memory];
  const first = day.times.findIndex((_, at) => lines.some((line) => typeof line[at] === "number"));
  if (first <= 0) return day;
  const from = <Value>(line: readonly Value[]) => line.slice(first);
  return {
    times: from(day.times),
    received: from(day.received),
    sent: from(day.sent),
    errors: from(day.errors),
    cpu: from(day.cpu),
    memory: from(day.memory),
  };
}

type Part = NonNullable<Throughput["components"]>[number];

/** What came in at all sources, events per second; null where no source says. */
export const received = (now: Throughput): number | null =>
  sum(of(now, "sources", ["source", "receive"]), ({ in_per_s }) => in_per_s);

/** What left through all destinations. */
export const sent = (now: Throughput): number | null =>
  sum(of(now, "destinations", ["destination", "send"]), ({ out_per_s }) => out_per_s);

/** What was refused or failed at either end. */
export const errors = (now: Throughput): number | null =>
  sum(
    [...of(now, "sources", ["source", "receive"]), ...of(now, "destinations", ["destination", "send"])],
    ({ errors_per_s }) => errors_per_s,
  );

function of(now: Throughput, kind: string, stages: readonly string[]): Part[] {
  const parts = (now.components ?? []).filter(({ entity }) => entity.startsWith(`${kind}/`));
  const ends = parts.filter(({ stage }) => stages.includes(stage));
  // Where the ends are named otherwise, all stages of the entity that say something are its ends.
  return ends.length > 0 ? ends : parts;
}

function sum(parts: readonly Part[], value: (part: Part) => number | null | undefined): number | null {
  const known = parts
    .map(value)
    .filter((one): one is number => one !== null && one !== undefined && one >= 0);
  return known.length === 0 ? null : known.reduce((total, one) => total + one, 0);
}
