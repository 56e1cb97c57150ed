// What passes through each step of a pipeline where it runs now: the sums over the routes that use it. Start at
// `useStepRates`.
import { useQuery } from "@tanstack/react-query";
import { type Topology, topologyQuery } from "./topology";

/** Events per second; null where nothing is known. */
export interface StepRate {
  in_per_s: number | null;
  out_per_s: number | null;
  /** What did not come out, of what went in. */
  dropped_percent: number | null;
}

export interface StepRates {
  /** By the step's id. */
  steps: ReadonlyMap<string, StepRate>;
  /** How many routes use the pipeline where it runs. */
  routes: number;
  /** Collectors that run it, and how many of them the numbers are of. At least: one may run several of the routes. */
  collectors: number;
  reporting: number;
  /** Server's time. */
  asOf: string | null;
  /** Why numbers are missing or are not of everybody; null where all is known. */
  why: string | null;
}

const NOTHING: ReadonlyMap<string, StepRate> = new Map();

/** Live in and out of each step. `scope` narrows it to the routes of one scope: `fleet`, `groups/…`, `collectors/…`. */
export function useStepRates(pipeline: string, scope?: string): StepRates {
  const { data, isError } = useQuery(topologyQuery({ level: "fleet" }));
  if (data) return stepRates(data, pipeline, scope);
  const why = isError
    ? "The live numbers cannot be had now; they are asked for again."
    : "Asking for the live numbers…";
  return { steps: NOTHING, routes: 0, collectors: 0, reporting: 0, asOf: null, why };
}

/** The same of an answer. */
export function stepRates(topology: Topology, pipeline: string, scope?: string): StepRates {
  const routes = topology.nodes.filter(
    (node) => node.kind === "route" && node.pipeline === pipeline && (!scope || node.scope === scope),
  );
  const steps = new Map<string, StepRate>();
  for (const route of routes) {
    for (const step of route.steps) {
      const known = steps.get(step.id);
      const in_per_s = plus(known?.in_per_s ?? null, step.in_per_s);
      const out_per_s = plus(known?.out_per_s ?? null, step.out_per_s);
      steps.set(step.id, { in_per_s, out_per_s, dropped_percent: dropped(in_per_s, out_per_s) });
    }
  }
  const most = (values: number[]) => Math.max(0, ...values);
  const collectors = most(routes.map((route) => route.collectors));
  const reporting = most(routes.map((route) => route.reporting));
  const missing = routes.some((route) => route.reporting < route.collectors);
  return {
    steps,
    routes: routes.length,
    collectors,
    reporting,
    asOf: topology.as_of || null,
    why: whyMissing(topology, routes.length, missing, steps),
  };
}

function whyMissing(
  topology: Topology,
  routes: number,
  isPartial: boolean,
  steps: ReadonlyMap<string, StepRate>,
): string | null {
  if (routes === 0)
    return topology.truncated
      ? "Not among the routes that most collectors run; look at a group's topology for its numbers."
      : "No route that a collector runs uses this pipeline.";
  if (isPartial) return "Some collectors that run it report no numbers now; these are of the others.";
  const isUnknown = [...steps.values()].some((step) => step.in_per_s === null || step.out_per_s === null);
  return isUnknown ? "The collectors that run it do not count every step." : null;
}

function plus(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return a + b;
}

function dropped(before: number | null, after: number | null): number | null {
  if (before === null || after === null || before <= 0) return null;
  return (1 - after / before) * 100;
}
