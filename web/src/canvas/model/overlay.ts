// The live overlay: which numbers stand on which element, and how a wire looks. One function per kind of element; unknown
// stays null all the way to the screen. Start at `cardOverlay` and `wireOverlay`.
import type { Series } from "../../api/topology";
import { rate, UNKNOWN } from "../../lib/numbers";
import type { Card, Wire } from "./drawing";
import { type CardLive, type WireLive, whyUnknown } from "./live";

export interface Line {
  /** One word for people: what this number counts. */
  word: string;
  direction: "in" | "out";
  value: number | null;
}

export interface CardOverlay {
  lines: readonly Line[];
  /** Telemetry is refused or cannot be sent. */
  isFailing: boolean;
  /** What is wrong, in a sentence. */
  flag: string | null;
  /** From 0 to 1; null where the size or the room is unknown. Only destinations have a queue. */
  queue: { fill: number | null; text: string } | null;
  series: Series;
  /** Why a number is missing or is not of everybody; null where all is known. */
  why: string | null;
}

/** What stands on a card. */
export function cardOverlay(card: Card, live: CardLive): CardOverlay {
  const { numbers, state, series } = live;
  const isFailing = (numbers.errors_per_s ?? 0) > 0;
  const lines = linesOf(card, live);
  const isPartial = live.reporting < live.collectors || live.unknown > 0;
  return {
    lines,
    isFailing,
    flag: state.error ?? (isFailing ? failing(card, numbers.errors_per_s) : null),
    queue: card.kind === "destination" ? queueOf(live) : null,
    series,
    why: lines.some(({ value }) => value === null) || isPartial ? whyUnknown(live) : null,
  };
}

function linesOf({ kind }: Card, { numbers }: CardLive): Line[] {
  switch (kind) {
    case "source":
      return [{ word: "in", direction: "in", value: numbers.in_per_s }];
    case "collector":
    case "collectors":
      return [
        { word: "received", direction: "in", value: numbers.in_per_s },
        { word: "sent", direction: "out", value: numbers.out_per_s },
      ];
    case "destination":
      return [{ word: "sent", direction: "out", value: numbers.out_per_s }];
    case "route":
      return [
        { word: "matched", direction: "in", value: numbers.in_per_s },
        { word: "out", direction: "out", value: numbers.out_per_s },
      ];
  }
}

function failing({ kind }: Card, errors: number | null): string {
  const what = kind === "source" ? "refused" : "failed to be sent";
  return `${rate(errors)} ${kind === "route" ? "failed" : what}.`;
}

function queueOf({ numbers }: CardLive): CardOverlay["queue"] {
  const { queue_size: size, queue_capacity: capacity } = numbers;
  if (size === null || capacity === null || capacity <= 0)
    return { fill: null, text: "Queue: not known. Destinations without a queue do not count one." };
  const fill = Math.min(1, size / capacity);
  const count = (value: number) => value.toLocaleString("en-US");
  return { fill, text: `Queue: ${count(size)} of ${count(capacity)} (${Math.round(fill * 100)}%)` };
}

export interface WireOverlay {
  /** Pixels. */
  width: number;
  /** `unknown` is dashed, `still` is known to carry nothing, `flowing` carries data. */
  look: "unknown" | "still" | "flowing" | "structure";
  /** The pill at the middle; null for wires on which nothing is counted. */
  text: string | null;
  /** Sent and not received, events per second, above zero; else null. */
  lost: number | null;
  isFailing: boolean;
  series: Series;
  why: string | null;
}

const WIDTH_LEAST = 1.5;
const WIDTH_MOST = 9;

/**
 * Width is log(rate): ten times the rate is one step wider, from a hair to a rope. In half pixels: nobody sees less, and
 * a wire whose rate only wavers is not painted anew.
 */
export function widthOf(value: number | null): number {
  if (value === null || value <= 0) return WIDTH_LEAST;
  const width = Math.min(WIDTH_MOST, WIDTH_LEAST + Math.log10(1 + value));
  return Math.round(width * 2) / 2;
}

/** What stands on a wire. */
export function wireOverlay(wire: Wire, live: WireLive): WireOverlay {
  const { numbers, series, unknown, why } = live;
  const common = { lost: lost(live), isFailing: (numbers.errors_per_s ?? 0) > 0, series };
  if (wire.kind === "runs")
    return { ...common, width: WIDTH_LEAST, look: "structure", text: null, lost: null, why: null };
  const [before, after] = ends(wire, live);
  const main = before ?? after;
  const isHandedOver = wire.kind === "send" && numbers.sent_per_s === null && main !== null;
  const look = main === null ? "unknown" : (before ?? 0) > 0 || (after ?? 0) > 0 ? "flowing" : "still";
  return {
    ...common,
    width: widthOf(Math.max(before ?? 0, after ?? 0)),
    look,
    text: pill(wire, before, after),
    why: isHandedOver
      ? HANDED_OVER
      : main === null || unknown > 0 || pillHasGap(wire, before, after)
        ? (why ?? ONE_END[wire.kind])
        : null,
  };
}

const HANDED_OVER =
  "What the route hands over. Other routes feed this destination too, and what it sends is not counted by route.";
const ONE_END: Record<Wire["kind"], string> = {
  link: "Only one end of the link is counted now.",
  route: "Only one side of the route's filter is counted now.",
  send: "Nothing is counted on this way now.",
  runs: "Nothing is counted here.",
};

/** What goes in at one end and comes out at the other. */
function ends({ kind }: Wire, { numbers }: WireLive): [number | null, number | null] {
  if (kind === "route") return [numbers.offered_per_s, numbers.matched_per_s];
  if (kind === "link") return [numbers.sent_per_s, numbers.received_per_s];
  const sent = numbers.sent_per_s ?? numbers.offered_per_s;
  return [sent, sent];
}

const hasTwoEnds = ({ kind }: Wire): boolean => kind === "route" || kind === "link";

function pillHasGap(wire: Wire, before: number | null, after: number | null): boolean {
  return hasTwoEnds(wire) && (before === null || after === null);
}

function pill(wire: Wire, before: number | null, after: number | null): string {
  if (before === null && after === null) return UNKNOWN;
  return hasTwoEnds(wire) ? `${bare(before)} → ${rate(after)}` : rate(before);
}

/** Without its unit, where the number beside it has it. */
const bare = (value: number | null): string => rate(value).replace(/\/s$/, "");

function lost({ numbers }: WireLive): number | null {
  return numbers.lost_per_s !== null && numbers.lost_per_s > 0 ? numbers.lost_per_s : null;
}

/** What a route's filter rejected of what was offered, percent; null where unknown or nothing was offered. */
export function rejectedPercent(offered: number | null, matched: number | null): number | null {
  if (offered === null || matched === null || offered <= 0) return null;
  return Math.max(0, Math.min(100, (1 - matched / offered) * 100));
}

/** The middle one of the known points; null where there is none. */
export function median(series: Series): number | null {
  const known = series.filter((point): point is number => point !== null).sort((a, b) => a - b);
  if (known.length === 0) return null;
  const middle = Math.floor(known.length / 2);
  const upper = known[middle] ?? 0;
  return known.length % 2 === 1 ? upper : ((known[middle - 1] ?? 0) + upper) / 2;
}
