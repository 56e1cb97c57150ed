// Where a card's details lead: the level below, the entity's editor, the collector's own page.
import { Link } from "@tanstack/react-router";
import type { Card } from "../model/drawing";

export interface Place {
  level: "group" | "collector";
  id: string;
  /** The label whose value `id` is. */
  by?: string;
}

/** What a card can be opened as; null where it is no part of the fleet with a picture of its own. */
export function placeOf(card: Pick<Card, "id" | "kind">): Place | null {
  if (card.kind === "collector" && card.id.startsWith("collector:"))
    return { level: "collector", id: card.id.slice("collector:".length) };
  if (card.id.startsWith("pool:group/")) return { level: "group", id: card.id.slice("pool:group/".length) };
  if (card.id.startsWith("pool:label/")) {
    const [by, ...value] = card.id.slice("pool:label/".length).split("=");
    return by ? { level: "group", id: value.join("="), by } : null;
  }
  return null;
}

export function CardLinks({ card, at }: { card: Card; at?: { signal?: string | undefined } }) {
  const place = placeOf(card);
  const file = card.path?.replace(/\.yaml$/, "");
  return (
    <>
      {place ? (
        <Link to="/topology" search={{ ...place, ...(at?.signal ? { signal: at.signal } : {}) }}>
          {place.level === "group" ? "Open these collectors" : "Open its topology"}
        </Link>
      ) : null}
      {place?.level === "collector" ? (
        <Link to="/collectors/$collector" params={{ collector: place.id }}>
          Collector page
        </Link>
      ) : null}
      {place?.level === "group" && !place.by ? (
        <Link to="/groups/$group" params={{ group: place.id }}>
          Group
        </Link>
      ) : null}
      {file && card.kind !== "collectors" && card.kind !== "collector" ? (
        <Link to="/edit/$" params={{ _splat: file }}>
          {card.type === "link" ? "Edit the link" : `Edit the ${card.kind}`}
        </Link>
      ) : null}
      {card.pipeline ? (
        <Link to="/pipelines/$pipeline" params={{ pipeline: card.pipeline }}>
          Pipeline
        </Link>
      ) : null}
    </>
  );
}
