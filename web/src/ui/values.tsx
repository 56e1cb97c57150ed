// Values in cells and headers: rates, times, hashes. Unknown is a dash with its reason, stale is dimmed and says since when.
import { Check, Copy } from "lucide-react";
import { useEffect, useState, useSyncExternalStore } from "react";
import { serverNow } from "../lib/clock";
import { rate, UNKNOWN } from "../lib/numbers";
import { middle } from "../lib/text";
import { absolute, relative } from "../lib/time";
import { Hint } from "./hint";
import classes from "./values.module.css";

/** Events per second. `why` says why it is unknown. */
export function Rate({
  value,
  why,
  stale,
}: {
  value: number | null | undefined;
  why?: string;
  stale?: boolean;
}) {
  const text = rate(value);
  if (text !== UNKNOWN) return <span className={`num ${stale ? "stale" : ""}`}>{text}</span>;
  return <Unknown why={why ?? "No numbers have come from the collector yet."} />;
}

/** The dash of what is unknown. */
export function Unknown({ why }: { why: string }) {
  return (
    <Hint text={why}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the reason is told on focus as well */}
      <span className="quiet" tabIndex={0} role="note">
        {UNKNOWN}
        <span className="only-read"> unknown: {why}</span>
      </span>
    </Hint>
  );
}

/** `3 min ago`, with the whole time on hover. */
export function Ago({ at, none = "never" }: { at: string | null | undefined; none?: string }) {
  useSyncExternalStore(everySecond, seconds);
  if (!at) return <span className="quiet">{none}</span>;
  return (
    <time dateTime={at} title={absolute(at)} className="num">
      {relative(at, serverNow())}
    </time>
  );
}

/** Characters that are kept on one line. */
const SHORT = 20;

/** An id or hash: mono, shortened in the middle, copied whole. */
export function Copied({ text, most = 14, what = "id" }: { text: string; most?: number; what?: string }) {
  const [done, setDone] = useState(false);
  const shown = middle(text, most);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 1_500);
    return () => clearTimeout(timer);
  }, [done]);
  return (
    <span className={classes.copied} data-short={shown.length <= SHORT || undefined}>
      <span className="mono" title={text}>
        {shown}
      </span>
      <button
        type="button"
        className={classes.copy}
        aria-label={done ? "Copied" : `Copy the ${what}`}
        onClick={() => void copy(text).then(() => setDone(true))}
      >
        {done ? <Check size={13} aria-hidden /> : <Copy size={13} aria-hidden />}
      </button>
    </span>
  );
}

/** Puts a text on the clipboard, also where the page is not served over TLS. */
export async function copy(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

export { serverNow };

const seconds = () => Math.floor(Date.now() / 1000);
const clocks = new Set<() => void>();
let ticking: ReturnType<typeof setInterval> | null = null;

/** One timer for all the times on the page. */
function everySecond(watcher: () => void): () => void {
  clocks.add(watcher);
  ticking ??= setInterval(() => {
    for (const clock of clocks) clock();
  }, 1_000);
  return () => {
    clocks.delete(watcher);
    if (clocks.size === 0 && ticking !== null) {
      clearInterval(ticking);
      ticking = null;
    }
  };
}
