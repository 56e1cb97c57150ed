// What is looked at on one canvas: the selected card or wire, what is connected with it, what was searched for, and where
// the keyboard is. Said to the elements themselves, for the style sheets: a click draws no card anew. What is not lit is not
// touched either: a veil lies over it.

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
  #elements = new Map<string, Set<HTMLElement>>();
  #watchers = new Set<() => void>();

  /** The looks now; another object when they change. */
  looks = (): Looks => this.#looks;

  /** Calls back when something else is looked at. Answers how to stop. */
  watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  get active(): string | null {
    return this.#looks.active;
  }

  /** An element stands for this card. Answers how to take it away. */
  stand(id: string, element: HTMLElement): () => void {
    const elements = this.#elements.get(id) ?? new Set();
    this.#elements.set(id, elements.add(element));
    this.#dress(id, element);
    return () => {
      elements.delete(element);
      if (elements.size === 0 && this.#elements.get(id) === elements) this.#elements.delete(id);
    };
  }

  set(looks: Partial<Looks>): void {
    const before = this.#looks;
    const after = { ...before, ...looks };
    this.#looks = after;
    for (const [id, elements] of this.#elements)
      if (LOOKS.some((of) => of(before, id) !== of(after, id)))
        for (const element of elements) this.#dress(id, element);
    // What is lit is all that anybody watches; the keyboard goes its way without them.
    if (before.lit !== after.lit || before.selected !== after.selected)
      for (const watcher of this.#watchers) watcher();
  }

  /** `data-look` has the words `selected`, `dim`, `found`. */
  #dress(id: string, element: HTMLElement): void {
    const { selected, lit, found, active } = this.#looks;
    let look = "";
    if (selected === id) look += " selected";
    if (lit && !lit.has(id)) look += " dim";
    if (found.has(id)) look += " found";
    if ((element.getAttribute("data-look") ?? "") !== look) element.setAttribute("data-look", look);
    // Apart from the words, which are for tests and readers: a style sheet that looks at those looks at all cards.
    element.toggleAttribute("data-selected", selected === id);
    element.toggleAttribute("data-found", found.has(id));
    // What is lit stands above the veil that dims all else.
    element.parentElement?.toggleAttribute("data-lit", lit?.has(id) === true);
    const button = element.firstElementChild;
    if (!(button instanceof HTMLElement)) return;
    if (button.tabIndex !== (active === id ? 0 : -1)) button.tabIndex = active === id ? 0 : -1;
  }
}

/** All that an element shows of the looks. */
const LOOKS: ReadonlyArray<(looks: Looks, id: string) => boolean> = [
  ({ selected }, id) => selected === id,
  ({ lit }, id) => lit?.has(id) === true,
  ({ lit }) => lit === null,
  ({ found }, id) => found.has(id),
  ({ active }, id) => active === id,
];

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
