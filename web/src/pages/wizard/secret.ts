// What the server shows once: kept in the memory of this page until it or its person leaves, never in the address or in any storage.
import type { Joining } from "../../api/collectors";
import { onLeave } from "../../api/session";

const SECRETS_MAX = 20;
const secrets = new Map<string, Joining>();
onLeave(() => secrets.clear());

export function keepSecret(of: string, joining: Joining): void {
  secrets.set(of, joining);
  for (const oldest of secrets.keys()) {
    if (secrets.size <= SECRETS_MAX) break;
    secrets.delete(oldest);
  }
}

export const secretOf = (of: string): Joining | null => secrets.get(of) ?? null;
