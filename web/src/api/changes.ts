// Several entities as one change: its plan, its save, and whether a save that was not answered is in the repository.
import { answer, api, Problem, type Schema } from "./client";

export type Plan = Schema<"Plan">;
export type Committed = Schema<"Committed">;
export type AffectedClass = Schema<"AffectedClass">;

/** A change as texts by repository path; null removes. */
export type Texts = Readonly<Record<string, string | null>>;

/** What a change would do. A change that is not valid is a {@link Problem} of status 422 with its errors. */
export async function planOf(texts: Texts, signal?: AbortSignal): Promise<Plan> {
  const body = { ...bodyOf(texts), dry_run: true };
  const plan = await answer(api.POST("/api/v1/changes", { body, ...(signal ? { signal } : {}) }));
  if (!("files" in plan)) throw new Problem(500, { detail: "The server saved where a plan was asked for." });
  return plan;
}

/** Saves a change as one commit on `base`. The key tells a repeated request from a second change. */
export async function save(
  texts: Texts,
  how: { base: string; message: string; key: string },
): Promise<Committed> {
  const { base, message, key } = how;
  const body = { ...bodyOf(texts), base, ...(message.trim() === "" ? {} : { message }) };
  const params = { header: { "Idempotency-Key": key } };
  const done = await answer(api.POST("/api/v1/changes", { params, body }));
  if (!("revision" in done)) throw new Problem(500, { detail: "The server planned where it was to save." });
  return done;
}

/** Whether the repository says already what a change wants; looked up after a save that was not answered. */
export async function isSaved(texts: Texts): Promise<boolean> {
  const plan = await planOf(texts);
  return plan.files.length === 0;
}

type Body = Schema<"Change">;

function bodyOf(texts: Texts): Body {
  const put: Record<string, string> = {};
  const gone: string[] = [];
  for (const [path, text] of Object.entries(texts)) {
    if (text === null) gone.push(path);
    // The text itself: the server keeps it as it is written, comments and all.
    else put[path] = text;
  }
  return { put, delete: gone } as unknown as Body;
}
