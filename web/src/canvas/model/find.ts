// Finding one's way in a drawing: search, the order of the keyboard, what is connected with what. Start at any of them.
import { type Card, compare, type Drawing, inOrder } from "./drawing";
import type { Places } from "./place";

/** Cards whose name, type, scope or path has all the words, in reading order. No words find nothing. */
export function search(drawing: Drawing, places: Places, text: string): readonly Card[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  return readingOrder(drawing, places).filter((card) => {
    const hay = [card.name, card.type, card.scope, card.path, card.kind, ...card.signals]
      .join(" ")
      .toLowerCase();
    return words.every((word) => hay.includes(word));
  });
}

/** Column by column from the left, each from its top. */
export function readingOrder(drawing: Drawing, places: Places): readonly Card[] {
  return [...drawing.cards].sort((a, b) => {
    const [left, right] = [places.get(a.id), places.get(b.id)];
    if (!left || !right) return inOrder(a, b);
    return left.x - right.x || left.y - right.y || inOrder(a, b);
  });
}

export type Direction = "left" | "right" | "up" | "down" | "first" | "last";

/**
 * Where an arrow key leads: left and right along the wires to the nearest in height, or to the next column where no wire
 * leads there; up and down within the column. Null at the end.
 */
export function stepTo(drawing: Drawing, places: Places, from: string | null, to: Direction): string | null {
  const order = readingOrder(drawing, places);
  if (to === "first" || from === null || !places.has(from)) return order[0]?.id ?? null;
  if (to === "last") return order[order.length - 1]?.id ?? null;
  if (to === "up" || to === "down") {
    const here = places.get(from);
    const column = order.filter(({ id }) => places.get(id)?.x === here?.x);
    const index = column.findIndex(({ id }) => id === from);
    return column[index + (to === "down" ? 1 : -1)]?.id ?? null;
  }
  return sideways(drawing, places, from, to);
}

function sideways(drawing: Drawing, places: Places, from: string, to: "left" | "right"): string | null {
  const here = places.get(from) ?? { x: 0, y: 0 };
  const along = drawing.wires.flatMap((wire) =>
    to === "right" && wire.from === from ? [wire.to] : to === "left" && wire.to === from ? [wire.from] : [],
  );
  const isThere = (id: string) => {
    const x = places.get(id)?.x ?? here.x;
    return to === "right" ? x > here.x : x < here.x;
  };
  const wired = along.filter((id) => places.has(id));
  const others = drawing.cards.map(({ id }) => id).filter((id) => places.has(id) && isThere(id));
  const distance = (id: string) => {
    const at = places.get(id) ?? here;
    // Without a wire the next column comes before the next row.
    return Math.abs(at.y - here.y) + (wired.length > 0 ? 0 : Math.abs(at.x - here.x) * 1000);
  };
  const [nearest] = (wired.length > 0 ? wired : others).sort(
    (a, b) => distance(a) - distance(b) || compare(a, b),
  );
  return nearest ?? null;
}

/** Everything upstream and downstream of a card, with the wires between. */
export function connected(
  drawing: Drawing,
  id: string,
): { cards: ReadonlySet<string>; wires: ReadonlySet<string> } {
  const cards = new Set([id]);
  const wires = new Set<string>();
  const follow = (start: "from" | "to", end: "from" | "to") => {
    const near = new Map<string, typeof drawing.wires>();
    for (const wire of drawing.wires) near.set(wire[start], [...(near.get(wire[start]) ?? []), wire]);
    const seen = new Set([id]);
    const todo = [id];
    for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
      for (const wire of near.get(at) ?? []) {
        wires.add(wire.id);
        if (seen.has(wire[end])) continue;
        seen.add(wire[end]);
        cards.add(wire[end]);
        todo.push(wire[end]);
      }
    }
  };
  follow("from", "to");
  follow("to", "from");
  return { cards, wires };
}

/** The card that a node stands on. */
export function cardWith(drawing: Drawing, node: string): Card | undefined {
  return drawing.cards.find((card) => card.id === node || card.members.includes(node));
}
