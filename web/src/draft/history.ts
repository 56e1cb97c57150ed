// Undo and redo of the draft: each step knows what it did to which entity, so that an editor takes back its own steps
// and nobody else's. Pure; the present is an argument.

/** One entity of the draft. */
export interface DraftEntry {
  /** Repository path with `.yaml`, for example `fleet/sources/app-otlp.yaml`. */
  path: string;
  /** The YAML text; null removes the entity. */
  text: string | null;
  /** The text it was begun from; null for a new entity. */
  before: string | null;
  /** Entity tag it was begun from. */
  etag: string | null;
  /** Revision it was begun on. */
  base: string | null;
  /** Browser's time of the last change, milliseconds. */
  at: number;
}

export type Draft = Readonly<Record<string, DraftEntry>>;

interface Step {
  changes: ReadonlyArray<
    readonly [path: string, before: DraftEntry | undefined, after: DraftEntry | undefined]
  >;
  stroke: string | undefined;
  at: number;
}

const STEPS_MAX = 200;
/** A pause ends a stroke. */
const STROKE_MS = 1_000;

export class History {
  private past: Step[] = [];
  private future: Step[] = [];

  /** A step from one draft to the next; one that only goes on with the stroke before it is part of that. */
  note(from: Draft, to: Draft, stroke: string | undefined, at: number): void {
    const paths = new Set([...Object.keys(from), ...Object.keys(to)]);
    const changes = [...paths]
      .filter((path) => from[path] !== to[path])
      .map((path) => [path, from[path], to[path]] as const);
    if (changes.length === 0) return;
    this.future = [];
    const last = this.past.at(-1);
    if (stroke !== undefined && last && last.stroke === stroke && at - last.at < STROKE_MS) {
      const own = changes.map(([path, before, after]) => {
        const first = last.changes.find(([one]) => one === path);
        return [path, first ? first[1] : before, after] as const;
      });
      const others = last.changes.filter(([path]) => !changes.some(([one]) => one === path));
      this.past[this.past.length - 1] = { changes: [...others, ...own], stroke, at };
      return;
    }
    this.past = [...this.past, { changes, stroke, at }].slice(-STEPS_MAX);
  }

  canUndo = (path?: string): boolean => find(this.past, path) >= 0;
  canRedo = (path?: string): boolean => find(this.future, path) >= 0;

  /** The draft before the last step; with a path, before the last step that touched it, and only there. */
  undo(draft: Draft, path?: string): Draft | null {
    const step = take(this.past, path);
    if (!step) return null;
    this.future.push(step);
    return put(draft, step, 1);
  }

  redo(draft: Draft, path?: string): Draft | null {
    const step = take(this.future, path);
    if (!step) return null;
    this.past.push({ ...step, stroke: undefined });
    return put(draft, step, 2);
  }

  /** What is saved is not taken back here. */
  forget(paths: readonly string[]): void {
    const without = (step: Step): Step => ({
      ...step,
      changes: step.changes.filter(([path]) => !paths.includes(path)),
    });
    this.past = this.past.map(without).filter(({ changes }) => changes.length > 0);
    this.future = this.future.map(without).filter(({ changes }) => changes.length > 0);
  }

  clear(): void {
    this.past = [];
    this.future = [];
  }
}

const find = (steps: readonly Step[], path: string | undefined): number =>
  steps.findLastIndex(({ changes }) => path === undefined || changes.some(([one]) => one === path));

/** Takes the newest step out, or of it only what concerns the path. */
function take(steps: Step[], path: string | undefined): Step | null {
  const at = find(steps, path);
  const step = steps[at];
  if (!step) return null;
  const [own, others] = [
    step.changes.filter(([one]) => path === undefined || one === path),
    step.changes.filter(([one]) => path !== undefined && one !== path),
  ];
  if (others.length > 0) steps[at] = { ...step, changes: others };
  else steps.splice(at, 1);
  return { ...step, changes: own };
}

function put(draft: Draft, step: Step, side: 1 | 2): Draft {
  const next: Record<string, DraftEntry> = { ...draft };
  for (const change of step.changes) {
    const entry = change[side];
    if (entry) next[change[0]] = entry;
    else delete next[change[0]];
  }
  return next;
}
