// A long list that is read page after page by cursors, held as a chain of pages: which of them are needed for what is on
// the screen, and where the chain goes on. Pure; ui/keyset-rows.ts asks for the pages.
//
// The list has the height of all its rows from the start, because the server says how many match. So the scroll bar is
// true and nothing jumps when a page comes. A cursor leads only to the page after it, so a jump far down reads on through
// the pages between, in larger bites; the screen says how far that is, and offers the other order: its beginning is
// this end. Pages that are out of sight are forgotten again, their cursors stay, so going back is one call.

/** Rows of a page that is read while somebody scrolls. */
export const PAGE_ROWS = 200;
/** Rows of a page that is only read to get past it; the most that the server gives. */
export const LEAP_ROWS = 1_000;

export interface Link {
  /** Index of its first row. */
  start: number;
  limit: number;
  /** Null for the first page. */
  cursor: string | null;
  /** Rows that came; null before. */
  count: number | null;
  /** Cursor of the page after it; null on the last one and before it came. */
  next: string | null;
}

export interface Chain {
  links: readonly Link[];
  /** How many rows there are in all; null before the first page. */
  total: number | null;
}

/** Before anything is known. */
export const BEGUN: Chain = {
  links: [{ start: 0, limit: PAGE_ROWS, cursor: null, count: null, next: null }],
  total: null,
};

const endOf = (link: Link) => link.start + (link.count ?? link.limit);

/** How many rows can be shown or are about to come. */
export function known(chain: Chain): number {
  return chain.links.reduce((end, link) => Math.max(end, link.count === null ? link.start : endOf(link)), 0);
}

/** Whether the last page has come. */
export function ended(chain: Chain): boolean {
  const last = chain.links.at(-1);
  return last !== undefined && last.count !== null && last.next === null;
}

/** How many rows the list has: what the server counted, or what came where that says more. */
export function height(chain: Chain): number {
  return ended(chain) ? known(chain) : Math.max(chain.total ?? 0, known(chain));
}

/** Indexes of the links that must be read for the rows from `from` to `to` (exclusive), the one that leads on included. */
export function needed(chain: Chain, from: number, to: number): number[] {
  const found: number[] = [];
  chain.links.forEach((link, index) => {
    const seen = link.start < to && endOf(link) > from;
    if (seen || link.count === null) found.push(index);
  });
  return found;
}

/** The chain with one more link, if rows up to `to` are wanted and the last page leads on. */
export function goOn(chain: Chain, to: number): Chain {
  const last = chain.links.at(-1);
  if (!last || last.count === null || last.next === null) return chain;
  const start = endOf(last);
  if (to <= start) return chain;
  const limit = to - start > 2 * PAGE_ROWS ? LEAP_ROWS : PAGE_ROWS;
  return { ...chain, links: [...chain.links, { start, limit, cursor: last.next, count: null, next: null }] };
}

/** The chain after a page came, for the first time or again. */
export function settle(
  chain: Chain,
  index: number,
  page: { count: number; next: string | null; total: number | null },
): Chain {
  const link = chain.links[index];
  if (!link) return chain;
  const total = page.total ?? chain.total;
  if (link.count === page.count && link.next === page.next && chain.total === total) return chain;
  const links = chain.links.slice(0, index);
  links.push({ ...link, count: page.count, next: page.next });
  const start = link.start + page.count;
  // Rows came or went: the page after this one begins elsewhere. If its place is the same it only gets the new cursor,
  // and shows what it had until it has come; otherwise all after it are read anew.
  const after = chain.links[index + 1];
  if (after && page.next !== null) {
    if (after.start === start) {
      links.push({ ...after, cursor: page.next });
      links.push(...chain.links.slice(index + 2));
    } else {
      links.push({ ...after, start, cursor: page.next, count: null, next: null });
    }
  }
  return { links, total };
}

/** The link that holds a row, and the row's place in it; null where no page of it is known. */
export function locate(chain: Chain, row: number): { link: number; at: number } | null {
  let low = 0;
  let high = chain.links.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const link = chain.links[middle];
    if (!link) return null;
    if (row < link.start) high = middle - 1;
    else if (row >= endOf(link)) low = middle + 1;
    else return { link: middle, at: row - link.start };
  }
  return null;
}
