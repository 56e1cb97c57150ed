// The rows of a long list from the server, page by page (lib/keyset.ts says which). Each page is a query of its own, not
// one page of an infinite query: that one reads all its pages again, one after the other, whenever an event says that the
// list changed. Here only what is on the screen is read again, and what was left is forgotten after a while.
import { type QueryKey, useQueries } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { BEGUN, type Chain, ended, goOn, height, known, locate, needed, settle } from "../lib/keyset";

/** What the server answers for a page. */
export interface KeysetPage<Row> {
  items: readonly Row[];
  next_cursor?: string | null;
  total?: number | null;
}

export interface KeysetRows<Row> {
  /** Height of the list in rows; null before the first page. */
  count: number | null;
  /** How many rows can be shown without asking. */
  loaded: number;
  /** The row at an index; undefined while its page is not here. */
  row: (index: number) => Row | undefined;
  /** Tells which rows are on the screen: from, to (exclusive). */
  show: (from: number, to: number) => void;
  /** Why a page on the screen could not be read. */
  error: unknown;
  retry: () => void;
  /** Whether what is shown belongs to the list that was asked for before. */
  stale: boolean;
  /** Whether pages between are read to reach what is on the screen. */
  reaching: boolean;
  /** All rows that are here now. */
  here: () => Row[];
}

/** Rows that are read beyond the screen. */
const AHEAD = 60;
/** A scroll bar that is being dragged passes over much that nobody wants to see. */
const REST_MS = 120;
/** Not every row that is scrolled past changes what is asked for, and so what is drawn around the table. */
const COARSE = 50;
const FORGET_MS = 60_000;
const AGAIN_MS = 10_000;

interface State {
  key: string;
  chain: Chain;
}

/** `key` names the list with all its filters; `read` gives one page. */
export function useKeysetRows<Row>({
  key,
  read,
}: {
  key: QueryKey;
  read: (cursor: string | null, limit: number, signal: AbortSignal) => Promise<KeysetPage<Row>>;
}): KeysetRows<Row> {
  const name = JSON.stringify(key);
  const [state, setState] = useState<State>({ key: name, chain: BEGUN });
  const [range, setRange] = useState<readonly [number, number]>([0, 0]);
  const chain = state.key === name ? state.chain : BEGUN;
  const change = useCallback(
    (next: (chain: Chain) => Chain) =>
      setState((now) => {
        const before = now.key === name ? now.chain : BEGUN;
        const after = next(before);
        return after === before && now.key === name ? now : { key: name, chain: after };
      }),
    [name],
  );

  const indexes = needed(chain, range[0], range[1] + AHEAD);
  const answers = useQueries({
    queries: indexes.map((index) => {
      const link = chain.links[index];
      const cursor = link?.cursor ?? null;
      const limit = link?.limit ?? 1;
      return {
        queryKey: [...key, { cursor, limit }],
        queryFn: ({ signal }: { signal: AbortSignal }) => read(cursor, limit, signal),
        refetchInterval: AGAIN_MS,
        gcTime: FORGET_MS,
      };
    }),
  });

  // What each page last showed, so that nothing blinks while it is read again from another cursor.
  const shown = useRef<{ key: string; pages: Map<number, readonly Row[]> }>({ key: name, pages: new Map() });
  const before = useRef<{ count: number; rows: Map<number, Row> } | null>(null);
  const first = indexes.indexOf(0);
  const fresh = chain.total !== null || chain.links[0]?.count !== null;
  if (shown.current.key !== name) shown.current = { key: name, pages: new Map() };
  const pages = shown.current.pages;
  const arrived: Array<{ index: number; page: KeysetPage<Row> }> = [];
  answers.forEach(({ data }, at) => {
    const index = indexes[at];
    if (index === undefined || !data) return;
    pages.set(index, data.items);
    arrived.push({ index, page: data });
  });
  for (const index of pages.keys()) if (!indexes.includes(index)) pages.delete(index);

  useEffect(() => {
    change((now) =>
      goOn(
        arrived.reduce(
          (chain, { index, page }) =>
            settle(chain, index, {
              count: page.items.length,
              next: page.next_cursor ?? null,
              total: page.total ?? null,
            }),
          now,
        ),
        range[1] + AHEAD,
      ),
    );
  });

  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => () => clearTimeout(timer.current ?? undefined), []);
  const end = known(chain);
  const show = useCallback(
    (first: number, last: number) => {
      const from = first - (first % COARSE);
      const to = Math.ceil(last / COARSE) * COARSE;
      clearTimeout(timer.current ?? undefined);
      const set = () => setRange((now) => (now[0] === from && now[1] === to ? now : [from, to]));
      // Rows that are here are shown at once; those that are far are read when the scroll bar rests.
      if (to <= end + AHEAD) set();
      else timer.current = setTimeout(set, REST_MS);
    },
    [end],
  );

  const row = useCallback(
    (index: number): Row | undefined => {
      const place = locate(chain, index);
      if (place && pages.has(place.link)) return pages.get(place.link)?.[place.at];
      return fresh ? undefined : before.current?.rows.get(index);
    },
    [chain, pages, fresh],
  );
  const count = fresh ? height(chain) : (before.current?.count ?? null);
  const stale = !fresh && before.current !== null;
  // The list before stays on the screen until the new one has come.
  useEffect(() => {
    if (!fresh) return;
    const rows = new Map<number, Row>();
    for (const [link, items] of pages) {
      const start = chain.links[link]?.start ?? 0;
      items.forEach((item, at) => {
        rows.set(start + at, item);
      });
    }
    before.current = { count: height(chain), rows };
  });
  const failed =
    answers.find(({ error, data }) => error && !data) ?? (first >= 0 ? answers[first] : undefined);
  return useMemo(
    () => ({
      count,
      loaded: end,
      row,
      show,
      error: failed?.error ?? null,
      retry: () => void failed?.refetch(),
      stale,
      reaching: range[1] > end + AHEAD && !ended(chain),
      here: () => [...pages.keys()].sort((a, b) => a - b).flatMap((link) => pages.get(link) ?? []),
    }),
    [count, end, row, show, failed, stale, range, chain, pages],
  );
}
