// What cards and wires reach through the canvas that they stand on. The object never changes, so nobody is drawn anew by it.
import { createContext, useCallback, useContext, useSyncExternalStore } from "react";
import type { Card } from "../model/drawing";
import type { CardLive, LiveStore, WireLive } from "../model/live";
import type { Focus, Looks } from "./focus";

export interface Tools {
  live: LiveStore;
  focus: Focus;
  /** Shows or hides a route's steps. */
  toggle: (card: string) => void;
}

/** What a hand does with cards and wires; like the tools, always the same object. */
export interface Acts {
  toggle: (id: string) => void;
  select: (id: string | null) => void;
  enter: (card: Card) => void;
}

const Context = createContext<Tools | null>(null);
export const ToolsProvider = Context.Provider;

export function useTools(): Tools {
  const tools = useContext(Context);
  if (!tools) throw new Error("a card stands on a canvas");
  return tools;
}

export function useCardLive(id: string): CardLive | undefined {
  const { live } = useTools();
  return useSyncExternalStore(
    (watcher) => live.watch(id, watcher),
    () => live.card(id),
  );
}

export function useWireLive(id: string): WireLive | undefined {
  const { live } = useTools();
  return useSyncExternalStore(
    (watcher) => live.watch(id, watcher),
    () => live.wire(id),
  );
}

/** What is looked at on this canvas. */
export function useLooks(): Looks {
  const { focus } = useTools();
  return useSyncExternalStore(focus.watch, focus.looks);
}

/** For the element that stands for a card: it is told when it is looked at. */
export function useStanding(id: string): (element: HTMLElement | null) => (() => void) | undefined {
  const { focus } = useTools();
  return useCallback((element) => (element ? focus.stand(id, element) : undefined), [focus, id]);
}
