// The one way to the server: typed by its OpenAPI document, with the session's cookie and its proof against forged
// requests. Every failure is a Problem with words for people.
import createClient, { type Middleware } from "openapi-fetch";
import { learnSkew } from "../lib/clock";
import type { components, paths } from "./schema";

/** A schema of the OpenAPI document by name. */
export type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];

/** What is wrong with one field of the input. */
export type FieldError = Schema<"FieldError">;

/** Why a call was not done. `status` 0 says that the server was not reached. */
export class Problem extends Error {
  readonly status: number;
  readonly title: string;
  readonly errors: readonly FieldError[];
  /** On a conflict: the text that is stored now, what was sent, and the tag for an overwrite on purpose. */
  readonly current: string | null;
  readonly proposed: string | null;
  readonly currentEtag: string | null;

  constructor(status: number, body: Partial<Schema<"Problem">>) {
    super(body.detail || body.title || `the server answered ${status}`);
    this.name = "Problem";
    this.status = status;
    this.title = body.title ?? "";
    this.errors = body.errors ?? [];
    this.current = body.current ?? null;
    this.proposed = body.proposed ?? null;
    this.currentEtag = body.current_etag ?? null;
  }
}

const UNREACHABLE = "The server cannot be reached. Check the connection and try again.";
/** A change may have arrived although its answer did not. */
const UNANSWERED =
  "The server cannot be reached, so it is not known whether this was done. Once it is back, look before you do it again.";
let csrf: string | null = null;
const expired = new Set<() => void>();

/** Keeps the proof that mutations carry; it comes with signing in and with `GET me`. */
export function rememberSession(token: string | null | undefined): void {
  csrf = token ?? null;
}

/** Calls back when a call is refused because the session has ended. Answers how to stop. */
export function onExpired(callback: () => void): () => void {
  expired.add(callback);
  return () => expired.delete(callback);
}

const session: Middleware = {
  onRequest({ request }) {
    if (csrf && request.method !== "GET" && request.method !== "HEAD")
      request.headers.set("X-CSRF-Token", csrf);
    return request;
  },
  onResponse({ response, schemaPath }) {
    learnSkew(response.headers.get("date"), Date.now());
    if (response.status === 401 && schemaPath !== "/api/v1/session" && schemaPath !== "/api/v1/me") {
      for (const callback of expired) callback();
    }
    return undefined;
  },
  onError({ request }) {
    const reads = request.method === "GET" || request.method === "HEAD";
    return new Problem(0, { title: "Not reached", detail: reads ? UNREACHABLE : UNANSWERED });
  },
};

/** The typed client: `api.GET("/api/v1/collectors", { params: … })`. Give what it answers to {@link answer}. */
export const api = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? "http://localhost",
  // Looked up at each call, not once when the page starts.
  fetch: (request) => globalThis.fetch(request),
});
api.use(session);

interface Answered<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** The body of a call that succeeded; else throws a {@link Problem}. */
export async function answer<Data>(call: Promise<Answered<Data>>): Promise<Data> {
  const { data, error, response } = await call;
  if (response.ok) return data as Data;
  const body = typeof error === "object" && error !== null ? error : {};
  throw new Problem(response.status, body);
}

/** The same with the entity tag of the answer. */
export async function answerTagged<Data>(
  call: Promise<Answered<Data>>,
): Promise<{ data: Data; etag: string | null }> {
  let etag: string | null = null;
  const data = await answer(
    call.then((answered) => {
      etag = answered.response.headers.get("etag");
      return answered;
    }),
  );
  return { data, etag };
}
