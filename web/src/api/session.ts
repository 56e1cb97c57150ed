// Who is signed in, and what they may do. The server says both; the page only shows it.
import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { answer, api, Problem, rememberSession, type Schema } from "./client";

export type Me = Schema<"Me">;

const leaving = new Set<() => void>();
const arriving = new Set<(person: string | null) => void>();
/** Immutable id of who is signed in. */
let present: string | null = null;

/** Calls back when somebody signs out, or somebody else signs in: what only they may see is forgotten then. */
export function onLeave(callback: () => void): void {
  leaving.add(callback);
}

/** Calls back with the immutable id of whoever is signed in from now on, and with null when nobody is. */
export function onPerson(callback: (person: string | null) => void): void {
  arriving.add(callback);
}

function arrive(person: string | null): void {
  if (present === person) return;
  if (present !== null) for (const callback of leaving) callback();
  present = person;
  for (const callback of arriving) callback(person);
}

/** `GET me`; null when nobody is signed in. */
export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: async (): Promise<Me | null> => {
    try {
      const me = await answer(api.GET("/api/v1/me"));
      rememberSession(me.csrf_token);
      arrive(me.id);
      return me;
    } catch (problem) {
      if (problem instanceof Problem && problem.status === 401) return null;
      throw problem;
    }
  },
  staleTime: 60_000,
});

/** Signs in and looks everything up anew. */
export async function signIn(queries: QueryClient, username: string, password: string): Promise<void> {
  const session = await answer(api.POST("/api/v1/session", { body: { username, password } }));
  rememberSession(session.csrf_token);
  const before = present;
  // A look-up from before would answer for whoever was there then.
  await queries.cancelQueries({ queryKey: meQuery.queryKey });
  const me = await queries.fetchQuery({ ...meQuery, staleTime: 0 });
  // Answers that somebody else got are not shown to whoever came after them.
  if (before !== null && me?.id !== before) forgetAnswers(queries);
  await queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "me" });
}

const forgetAnswers = (queries: QueryClient): void =>
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "me" });

/** Makes the first administrator and signs in. */
export async function setUp(
  queries: QueryClient,
  body: { setup_token: string; username: string; password: string },
): Promise<void> {
  const session = await answer(api.POST("/api/v1/setup", { body }));
  rememberSession(session.csrf_token);
  await queries.invalidateQueries();
}

export async function signOut(queries: QueryClient): Promise<void> {
  await answer(api.DELETE("/api/v1/session"));
  rememberSession(null);
  arrive(null);
  forgetAnswers(queries);
  queries.setQueryData(meQuery.queryKey, null);
}

/** Why somebody may not do something, or null when they may. */
export function whyNot(me: Me | null | undefined, permission: string): string | null {
  if (!me) return "Sign in first.";
  if (me.permissions.includes(permission)) return null;
  return `Your role (${me.role}) does not include ${permission}. An administrator can give it.`;
}
