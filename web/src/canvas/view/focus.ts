// What is looked at on one canvas: the selected card or wire, what is connected with it, what was searched for, and where
// the keyboard is. Said to the elements themselves, for the style sheets: a click draws nothing anew.

import type { Drawing } from "../model/drawing";
import { connected } from "../model/find";

export interface Looks {
  selected: string | null;
  /** What is lit; null where nothing is selected and nothing searched, and all is. */
  lit: ReadonlySet<string> | null;
  found: ReadonlySet<string>;
  /** The card that the keyboard is on; the one stop of the tab key. */
  active: string | null;
}

export class Focus {
  #looks: Looks = { selected: null, lit: null, found: new Set(), active: null };
  /** A wire has two: its line and its pill. */
  #elements = new Map<string, Set<HTMLElement | SVGElement>>();

  get active(): string | null {
    return this.#looks.active;
  }

  /** An element stands for this card or wire. Answers how to take it away. */
  stand(id: string, element: HTMLElement | SVGElement): () => void {
    const elements = this.#elements.get(id) ?? new Set();
    this.#elements.set(id, elements.add(element));
    this.#dress(id, element);
    return () => {
      elements.delete(element);
      if (elements.size === 0 && this.#elements.get(id) === elements) this.#elements.delete(id);
    };
  }

  set(looks: Partial<Looks>): void {
    this.#looks = { ...this.#looks, ...looks };
    for (const [id, elements] of this.#elements) for (const element of elements) this.#dress(id, element);
  }

  /** `data-look` has the words `selected`, `dim`, `found`. */
  #dress(id: string, element: HTMLElement | SVGElement): void {
    const { selected, lit, found, active } = this.#looks;
    let look = "";
    if (selected === id) look += " selected";
    if (lit && !lit.has(id)) look += " dim";
    if (found.has(id)) look += " found";
    if ((element.getAttribute("data-look") ?? "") !== look) element.setAttribute("data-look", look);
    const button = element.querySelector<HTMLElement>(":scope > [data-card]");
    if (button && button.tabIndex !== (active === id ? 0 : -1)) button.tabIndex = active === id ? 0 : -1;
  }
}

/** What stays lit when a card or a wire is selected, or when cards were searched for. */
export function litBy(drawing: Drawing, selected: string | null, found: ReadonlySet<string>): Looks["lit"] {
  const wire = drawing.wires.find(({ id }) => id === selected);
  if (wire) return new Set([wire.id, wire.from, wire.to]);
  if (selected !== null && drawing.cards.some(({ id }) => id === selected)) {
    const { cards, wires } = connected(drawing, selected);
    return new Set([...cards, ...wires]);
  }
  return found.size > 0 ? found : null;
}
