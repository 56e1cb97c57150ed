// Credentials that a person typed and has not saved. They live in the memory of this page only: the draft, which is kept
// across reloads, holds a stand-in that is put back on the way to the server.
import { onLeave } from "../api/session";

/** What stands in a draft for a typed credential. */
export interface StandIn {
  $sealed: string;
}

const PREFIX = "typed-here:";
const PATTERN =
  /\{\s*\$sealed:\s*["']?(typed-here:\w+)["']?\s*\}|(?:\r?\n[ \t]*)?\$sealed:\s*["']?(typed-here:\w+)["']?/g;
const known = new Map<string, string>();
let last = 0;
onLeave(() => known.clear());

/** Keeps a credential and answers its stand-in. */
export function standIn(secret: string): StandIn {
  last += 1;
  const name = `${PREFIX}${Date.now().toString(36)}${last}`;
  known.set(name, secret);
  return { $sealed: name };
}

/** Whether a value is a stand-in, and whether its credential is still known. */
export function typedHere(value: unknown): "known" | "lost" | null {
  if (typeof value !== "object" || value === null || !("$sealed" in value)) return null;
  const { $sealed } = value;
  if (typeof $sealed !== "string" || !$sealed.startsWith(PREFIX)) return null;
  return known.has($sealed) ? "known" : "lost";
}

/** The text with credentials in the place of their stand-ins, for the server only; `lost` counts those that are gone. */
export function withSecrets(text: string): { text: string; lost: number } {
  let lost = 0;
  const whole = text.replaceAll(PATTERN, (found, flow: string | undefined, block: string | undefined) => {
    const secret = known.get(flow ?? block ?? "");
    if (secret === undefined) {
      lost += 1;
      return found;
    }
    return flow === undefined ? ` ${JSON.stringify(secret)}` : JSON.stringify(secret);
  });
  return { text: whole, lost };
}
