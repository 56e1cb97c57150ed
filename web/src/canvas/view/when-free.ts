// Waits while a hand moves the picture: whatever costs a frame comes when nothing moves. Start at `whenFree`.

const HELD_MS = 4_000;
const ASKED_AGAIN_MS = 120;

/** Runs in the next frame in which nothing is moved, or after `HELD_MS` at the latest. */
export function whenFree(frame: HTMLElement | null, run: () => void, since = Date.now()): void {
  if (frame?.hasAttribute("data-moving") && Date.now() - since < HELD_MS)
    setTimeout(() => whenFree(frame, run, since), ASKED_AGAIN_MS);
  else requestAnimationFrame(run);
}
