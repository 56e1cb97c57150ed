// The drawing in words, for those who do not see it and for the table beside it. Start at `sayCard` and `sayWire`.
import type { Match, NodeKind, Topology } from "../../api/topology";
import { plural, rate, UNKNOWN } from "../../lib/numbers";
import { sentence } from "../../lib/text";
import type { Card, Drawing, Wire } from "./drawing";
import { type CardLive, type WireLive, whyUnknown } from "./live";
import { cardOverlay, wireOverlay } from "./overlay";

export const KIND_WORDS: Record<NodeKind, string> = {
  collectors: "Collectors",
  collector: "Collector",
  source: "Source",
  route: "Route",
  destination: "Destination",
};

/** What a badge on a wire means. */
export const MATCH_WORDS: Record<Match, string> = {
  in: "It takes everything that this source delivers.",
  out: "It takes nothing of this source: a route before it takes everything.",
  "?": "A filter decides what it takes.",
};

/** Names are as long as people like; what is read aloud is not. */
const NAME_MOST = 120;

export function shortName(name: string): string {
  return name.length > NAME_MOST ? `${name.slice(0, NAME_MOST)}…` : name;
}

/** The line of state under a card's name. */
export function stateLine(card: Card, live: CardLive | undefined): string {
  if (!live) return card.type ?? "";
  if (card.kind === "collector") {
    const words = [live.state.health, live.state.sync].filter((word) => word && word !== "unknown");
    const isThere = live.state.status === null || live.state.status === "connected";
    return isThere && words.length > 0
      ? words.map((word) => sentence(word ?? "")).join(" · ")
      : sentence(live.state.status ?? "unknown");
  }
  const who =
    live.reporting < live.collectors
      ? `${live.reporting.toLocaleString("en-US")} of ${live.collectors.toLocaleString("en-US")} report`
      : plural(live.collectors, "collector");
  return [card.kind === "route" ? card.pipeline : card.type, who].filter(Boolean).join(" · ");
}

/** A card in a sentence: what it is, how it is, what passes. */
export function sayCard(card: Card, live: CardLive | undefined): string {
  const parts = [`${KIND_WORDS[card.kind]} ${shortName(card.name)}`];
  if (card.members.length > 1) parts.push(`${card.members.length} together, press Enter to open`);
  if (!live) return `${parts.join(", ")}.`;
  parts.push(stateLine(card, live));
  const overlay = cardOverlay(card, live);
  for (const line of overlay.lines) parts.push(`${line.word} ${spoken(line.value)}`);
  if (overlay.queue && overlay.queue.fill !== null) parts.push(overlay.queue.text);
  const text = parts.filter(Boolean).join(", ");
  const rest = [overlay.flag, overlay.why].filter(Boolean).join(" ");
  return rest ? `${text}. ${rest}` : `${text}.`;
}

/** A wire in a sentence. */
export function sayWire(wire: Wire, live: WireLive | undefined, names: ReadonlyMap<string, string>): string {
  const ends = `${shortName(names.get(wire.from) ?? wire.from)} to ${shortName(names.get(wire.to) ?? wire.to)}`;
  if (!live || wire.kind === "runs") return `${ends}.`;
  const { numbers } = live;
  const overlay = wireOverlay(wire, live);
  const words: Record<Wire["kind"], string> = {
    runs: "",
    route: `offered ${spoken(numbers.offered_per_s)}, matched ${spoken(numbers.matched_per_s)}`,
    send:
      numbers.sent_per_s === null && numbers.offered_per_s !== null
        ? `handed over ${spoken(numbers.offered_per_s)}`
        : `sent ${spoken(numbers.sent_per_s)}`,
    link: `sent ${spoken(numbers.sent_per_s)}, received ${spoken(numbers.received_per_s)}`,
  };
  const lost = overlay.lost === null ? "" : `, lost ${rate(overlay.lost)}`;
  return `${ends}: ${words[wire.kind]}${lost}.${overlay.why ? ` ${overlay.why}` : ""}`;
}

/** The whole picture in a sentence. */
export function sayAll(topology: Topology, drawing: Drawing): string {
  const kinds = (Object.keys(KIND_WORDS) as NodeKind[]).flatMap((kind) => {
    const count = drawing.cards.filter((card) => card.kind === kind).length;
    return count === 0 ? [] : [plural(count, WORDS[kind])];
  });
  const { total, connected, reporting } = topology.collectors;
  return `${kinds.join(", ") || "Nothing"}; ${plural(total, "collector")}, ${connected} connected, ${reporting} with numbers.`;
}

const WORDS: Record<NodeKind, string> = {
  collectors: "pool",
  collector: "collector",
  source: "source",
  route: "route",
  destination: "destination",
};

function spoken(value: number | null): string {
  const text = rate(value);
  return text === UNKNOWN ? "unknown" : text.replace("/s", " events per second");
}

export { whyUnknown };
