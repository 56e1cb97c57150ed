// Who is signed in, and what they may do. The server says both; the page only shows it.
import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { answer, api, Problem, rememberSession, type Schema } from "./client";

export type Me = Schema<"Me">;

const leaving = new Set<() => void>();
let present: string | null = null;

/** Calls back when somebody signs out, or somebody else signs in: what only they may see is forgotten then. */
export function onLeave(callback: () => void): void {
  leaving.add(callback);
}

function arrive(name: string | null): void {
  if (present !== null && present !== name) for (const callback of leaving) callback();
  present = name;
}

/** `GET me`; null when nobody is signed in. */
export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: async (): Promise<Me | null> => {
    try {
      const me = await answer(api.GET("/api/v1/me"));
      rememberSession(me.csrf_token);
      arrive(me.name);
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
  await queries.invalidateQueries();
}

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
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "me" });
  queries.setQueryData(meQuery.queryKey, null);
}

/** Why somebody may not do something, or null when they may. */
export function whyNot(me: Me | null | undefined, permission: string): string | null {
  if (!me) return "Sign in first.";
  if (me.permissions.includes(permission)) return null;
  return `Your role (${me.role}) does not include ${permission}. An administrator can give it.`;
}
