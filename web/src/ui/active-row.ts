// Which row of a virtual table the keys are on. Apart from the table: a step draws two rows, and not the table.
// Start at `ActiveRow`.
import { useSyncExternalStore } from "react";

export class ActiveRow {
  #index = -1;
  #watchers = new Set<() => void>();

  /** -1 where no row is. */
  get index(): number {
    return this.#index;
  }

  go = (index: number): void => {
    if (index === this.#index) return;
    this.#index = index;
    for (const watcher of this.#watchers) watcher();
  };

  /** Calls back when it is another row. Answers how to stop. */
  watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };
}

/** Whether the keys are on this row. */
export function useIsActive(active: ActiveRow, index: number): boolean {
  return useSyncExternalStore(active.watch, () => active.index === index);
}

/** Scrolls as little as it takes until a row is in sight. `head` stands over the rows, all in pixels. */
export function reveal(frame: HTMLElement, index: number, rowHeight: number, head: number): void {
  const top = index * rowHeight;
  const bottom = head + top + rowHeight - frame.clientHeight;
  const now = frame.scrollTop;
  if (top < now) frame.scrollTop = top;
  else if (bottom > now) frame.scrollTop = bottom;
}
