// The light of one fact: its sign and its word.
import { CheckCircle2, CircleDashed, XCircle } from "lucide-react";
import type { Light } from "./progress";

/** What is read aloud. */
export const WORDS: Record<Light, string> = { waiting: "not yet", done: "done", trouble: "trouble" };

export function Sign({ light }: { light: Light }) {
  if (light === "done") return <CheckCircle2 size={18} aria-hidden />;
  if (light === "trouble") return <XCircle size={18} aria-hidden />;
  return <CircleDashed size={18} aria-hidden />;
}
