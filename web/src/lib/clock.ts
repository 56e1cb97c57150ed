// The server's clock as the browser knows it: times on the page are meant by that one, however wrong this machine's is.

let skew = 0;

/** Smaller differences are the way of the answer and the seconds of its date, not the clock. */
const TOLERATED_MS = 2_500;

/** Server's time minus the browser's, in milliseconds. */
export function setSkew(milliseconds: number): void {
  skew = Math.abs(milliseconds) < TOLERATED_MS ? 0 : milliseconds;
}

/** Learns the difference from an answer's `Date`, whose seconds are cut off; `now` is the browser's time. */
export function learnSkew(date: string | null, now: number): void {
  const server = date === null ? Number.NaN : Date.parse(date);
  if (Number.isFinite(server)) setSkew(server + 500 - now);
}

/** The server's present, in milliseconds. */
export const serverNow = (): number => Date.now() + skew;

/** A moment of the browser's clock, by the server's. */
export const serverTime = (browser: number): number => browser + skew;
