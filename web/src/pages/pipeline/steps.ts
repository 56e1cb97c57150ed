// The steps of a pipeline as the chain shows them, and where the address points. Pure.
import { freeId } from "../../forms/copies";
import { isRecord } from "../../forms/model/path";

export interface ChainStep {
  /** For React and for dragging: the id where it is one of its own. */
  key: string;
  index: number;
  id: string;
  type: string;
  name: string | null;
  signals: readonly string[];
  runtimes: readonly string[];
  /** What it is set to, in a few words. */
  summary: string;
}

export function stepsOf(value: Record<string, unknown>): ChainStep[] {
  const steps: readonly unknown[] = Array.isArray(value.steps) ? value.steps : [];
  const ids = steps.map((step) => (isRecord(step) && typeof step.id === "string" ? step.id : ""));
  return steps.map((step, index) => {
    const own = isRecord(step) ? step : {};
    const id = ids[index] ?? "";
    const unique = id !== "" && ids.indexOf(id) === index;
    return {
      key: unique ? id : `#${index}`,
      index,
      id,
      type: typeof own.type === "string" ? own.type : "?",
      name: typeof own.name === "string" && own.name !== "" ? own.name : null,
      signals: words(own.signals),
      runtimes: words(own.runtimes),
      summary: summaryOf(own.settings),
    };
  });
}

/** What the side panel shows: a step, the palette (with the place of the new step), or the pipeline's own settings. */
export type Panel =
  | { kind: "step"; index: number }
  | { kind: "palette"; index: number }
  | { kind: "settings" };

/** `#2` and an id name a step, `+` and `+1` the palette. */
export function panelOf(step: string | undefined, steps: readonly ChainStep[]): Panel {
  if (step === undefined) return { kind: "settings" };
  if (step.startsWith("+")) {
    const index = step === "+" ? steps.length : Number(step.slice(1));
    return { kind: "palette", index: Number.isInteger(index) ? Math.min(index, steps.length) : steps.length };
  }
  const index = step.startsWith("#") ? Number(step.slice(1)) : steps.findIndex(({ id }) => id === step);
  return Number.isInteger(index) && index >= 0 && index < steps.length
    ? { kind: "step", index }
    : { kind: "settings" };
}

/** A new step of a type, with an id that no other step has. */
export function newStep(type: string, steps: readonly ChainStep[]): { id: string; type: string } {
  return { id: freeStepId(type, steps), type };
}

/** The same settings under another id, without credentials, which belong to their step. */
export function copiedStep(step: unknown, steps: readonly ChainStep[]): Record<string, unknown> {
  const own = isRecord(step) ? step : {};
  const { credentials: _, ...rest } = own;
  const id = typeof own.id === "string" ? own.id : "step";
  return { ...rest, id: freeStepId(`${id}-copy`, steps) };
}

function freeStepId(wanted: string, steps: readonly ChainStep[]): string {
  const taken = new Set(steps.map(({ id }) => `pipelines/${id}.yaml`));
  return freeId(wanted, { kind: "pipelines", scope: null }, (path) => taken.has(path));
}

const words = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];

const SUMMARY_MAX = 120;

function summaryOf(settings: unknown): string {
  const found: string[] = [];
  const look = (value: unknown, depth: number) => {
    if (found.length >= 4 || depth > 4) return;
    if (typeof value === "string" || typeof value === "number") found.push(String(value));
    else if (Array.isArray(value)) for (const one of value) look(one, depth + 1);
    else if (isRecord(value)) for (const one of Object.values(value)) look(one, depth + 1);
  };
  look(settings, 0);
  const text = found.join(" · ").replaceAll(/\s+/g, " ");
  return text.length > SUMMARY_MAX ? `${text.slice(0, SUMMARY_MAX)}…` : text;
}
