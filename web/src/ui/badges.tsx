// The two badges that stand everywhere, Sync and Health, and the status of the line. Color never alone: an icon and a word.
import {
  AlertTriangle,
  CheckCircle2,
  CircleDashed,
  CircleHelp,
  Clock,
  GitCompare,
  Hand,
  Info,
  type LucideIcon,
  PlugZap,
  Unplug,
  XCircle,
} from "lucide-react";
import { beginning, sentence } from "../lib/text";
import classes from "./badges.module.css";
import { Hint } from "./hint";

export type Tone = "good" | "warn" | "bad" | "off" | "drift";

const LOOKS: Record<string, readonly [Tone, LucideIcon, string?]> = {
  in_sync: ["good", CheckCircle2],
  pending: ["warn", Clock],
  drifted: ["drift", GitCompare],
  failed: ["bad", XCircle],
  held: ["warn", Hand],
  healthy: ["good", CheckCircle2],
  degraded: ["warn", AlertTriangle],
  connected: ["good", PlugZap],
  disconnected: ["off", Unplug],
  awaiting_connection: ["off", CircleDashed],
  unknown: ["off", CircleHelp],
  active: ["good", CheckCircle2],
  used: ["off", CheckCircle2],
  expired: ["off", Clock],
  revoked: ["bad", XCircle],
  done: ["good", CheckCircle2],
  intended: ["off", CircleDashed],
  refused: ["warn", Hand],
  ok: ["good", CheckCircle2, "OK"],
  warning: ["warn", AlertTriangle],
  error: ["bad", XCircle],
  info: ["off", Info],
};

/** The color of a state. */
export const toneOf = (state: string): Tone => LOOKS[state]?.[0] ?? "off";

/** A state as icon and word. `reason` is shown on hover and read aloud. */
export function StateBadge({
  state,
  label,
  reason,
  tone,
}: {
  state: string;
  label?: string | undefined;
  reason?: string | null | undefined;
  tone?: Tone;
}) {
  const [known, Icon, word] = LOOKS[state] ?? (["off", CircleHelp] as const);
  const text = label ?? word ?? sentence(state);
  const badge = (
    <span className={classes.badge} data-tone={tone ?? known} tabIndex={reason ? 0 : undefined}>
      <Icon size={13} aria-hidden strokeWidth={2.25} />
      {text}
      {reason ? <span className="only-read">: {beginning(reason)}</span> : null}
    </span>
  );
  return reason ? <Hint text={reason}>{badge}</Hint> : badge;
}

/** A key and value, or a word; with `onClick` it is a button. */
export function Chip({ text, onClick, title }: { text: string; onClick?: () => void; title?: string }) {
  if (!onClick)
    return (
      <span className={classes.chip} title={title ?? text}>
        <bdi>{beginning(text)}</bdi>
      </span>
    );
  return (
    <button type="button" className={classes.chip} onClick={onClick} title={title ?? text}>
      <bdi>{beginning(text)}</bdi>
    </button>
  );
}
