// A save as a state machine: what is known about it at every moment. Honest where nothing is known: a server that is
// gone in the middle is asked what became of it before anything is sent again. Pure but for the calls it is given.
import type { AffectedClass, Committed, Plan, Texts } from "../../api/changes";
import { Problem } from "../../api/client";
import type { StoredEntity } from "../../api/entities";
import type { Draft, DraftEntry } from "../../draft/history";

/** What is sent: the draft at that moment. */
export interface Attempt {
  entries: readonly DraftEntry[];
  texts: Texts;
  message: string;
  /** Tells a repeated request from a second change. */
  key: string;
  /** Once it was sent: on which base, and who it reaches. Sent again it is the same request, byte for byte. */
  sent?: { base: string; classes: readonly AffectedClass[] };
}

export type Saving =
  | { phase: "idle" }
  | { phase: "saving" }
  /** Files moved on; nothing was saved. */
  | { phase: "conflict"; paths: readonly string[] }
  | { phase: "refused"; problem: Problem }
  /** Not answered: it may be in the repository or not. */
  | { phase: "unknown"; attempt: Attempt; looked: "never" | "failed" }
  /** Looked up: it is not there. The same attempt may be sent again, and is done once. */
  | { phase: "lost"; attempt: Attempt }
  | {
      phase: "saved";
      revision: string;
      changed: boolean;
      warnings: Committed["warnings"];
      classes: readonly AffectedClass[];
      /** The files that stand there since, so that they can be edited again. */
      paths: readonly string[];
    };

export interface Calls {
  plan: (texts: Texts) => Promise<Plan>;
  save: (texts: Texts, how: { base: string; message: string; key: string }) => Promise<Committed>;
  read: (path: string) => Promise<StoredEntity | null>;
}

/** Saves, or says why not. Files are compared after the plan names its base, so that nothing slips in between. */
export async function attemptSave(attempt: Attempt, calls: Calls): Promise<Saving> {
  // Sent before: the server knows by the key whether it was done, also when somebody saved since.
  if (attempt.sent) return send(attempt, attempt.sent, calls);
  let plan: Plan;
  try {
    plan = await calls.plan(attempt.texts);
    const moved = await movedOn(attempt.entries, calls.read);
    if (moved.length > 0) return { phase: "conflict", paths: moved };
  } catch (error) {
    // Nothing was sent yet that could change anything.
    return refused(error, attempt);
  }
  const { classes, base } = plan;
  if (plan.files.length === 0)
    return saved({ revision: base, changed: false, warnings: plan.warnings ?? [] }, [], attempt);
  return send(attempt, { base, classes }, calls);
}

async function send(attempt: Attempt, sent: NonNullable<Attempt["sent"]>, calls: Calls): Promise<Saving> {
  const { texts, message, key } = attempt;
  try {
    return saved(await calls.save(texts, { base: sent.base, message, key }), sent.classes, attempt);
  } catch (error) {
    if (isUnanswered(error) || (attempt.sent && isAtWork(error)))
      return { phase: "unknown", attempt: { ...attempt, sent }, looked: attempt.sent ? "failed" : "never" };
    return refused(error, attempt);
  }
}

/** What became of a save that was not answered: the repository says so already, the server knows by its key, or it is lost. */
export async function lookUp(unknown: Extract<Saving, { phase: "unknown" }>, calls: Calls): Promise<Saving> {
  const { attempt } = unknown;
  const { sent } = attempt;
  try {
    const plan = await calls.plan(attempt.texts);
    if (plan.files.length === 0)
      return saved(
        { revision: plan.base, changed: true, warnings: plan.warnings ?? [] },
        sent?.classes ?? [],
        attempt,
      );
    const moved = await movedOn(attempt.entries, calls.read);
    if (!sent || moved.length === 0) return { phase: "lost", attempt };
    // Somebody wrote these files: after this save, or instead of it. Asked again, the server answers as it did, or
    // refuses, because the files moved on; it cannot save anything that was not saved then.
    return await send(attempt, sent, calls);
  } catch (error) {
    if (error instanceof Problem && error.status === 422) return { phase: "lost", attempt };
    return { ...unknown, looked: "failed" };
  }
}

/** Paths whose stored entity is not the one that the draft was begun from. */
export async function movedOn(entries: readonly DraftEntry[], read: Calls["read"]): Promise<string[]> {
  const stored = await Promise.all(entries.map(({ path }) => read(path)));
  return entries.filter((entry, at) => isBehind(entry, stored[at] ?? null)).map(({ path }) => path);
}

/** Two that do the same are no conflict: both removed it, or both wrote the same text. */
export function isBehind(entry: DraftEntry, stored: StoredEntity | null): boolean {
  const now = stored?.text ?? null;
  if (now === entry.text) return false;
  return (stored?.etag ?? null) !== entry.etag;
}

/** Without entries that have nothing left to do, such as the removal of what is gone. */
export const entriesOf = (draft: Draft): readonly DraftEntry[] =>
  Object.values(draft).sort((one, other) => one.path.localeCompare(other.path));

/** A commit's message from its paths, where nobody writes one. */
export function subjectOf(entries: readonly DraftEntry[]): string {
  const [first] = entries;
  if (!first) return "";
  const verb = first.text === null ? "Remove" : first.before === null ? "Add" : "Change";
  const name = first.path.replace(/(\/group)?\.yaml$/, "");
  if (entries.length === 1) return `${verb} ${name}`;
  const verbs = new Set(
    entries.map(({ text, before }) => (text === null ? "Remove" : before === null ? "Add" : "Change")),
  );
  return `${verbs.size === 1 ? verb : "Change"} ${name} and ${entries.length - 1} more`;
}

const saved = (
  done: Pick<Committed, "revision" | "changed" | "warnings">,
  classes: readonly AffectedClass[],
  { entries }: Attempt,
): Saving => ({
  phase: "saved",
  revision: done.revision,
  changed: done.changed,
  warnings: done.warnings,
  classes,
  paths: entries.filter(({ text }) => text !== null).map(({ path }) => path),
});

/** The first of two equal requests is not done yet: a conflict that names no file. */
const isAtWork = (error: unknown): boolean =>
  error instanceof Problem && error.status === 409 && error.errors.length === 0;

/** No answer, or one of something in between that does not know either. */
const isUnanswered = (error: unknown): boolean =>
  !(error instanceof Problem) || error.status === 0 || error.status >= 500;

function refused(error: unknown, attempt: Attempt): Saving {
  const problem =
    error instanceof Problem
      ? error
      : new Problem(0, { title: "That did not work", detail: error instanceof Error ? error.message : "" });
  const own = new Set(attempt.entries.map(({ path }) => path));
  const paths = problem.errors.map(({ path }) => path);
  // A conflict names the files that moved on; a removal that is refused names those that refer to it.
  if (problem.status === 409 && paths.length > 0 && paths.every((path) => own.has(path)))
    return { phase: "conflict", paths };
  return { phase: "refused", problem };
}
