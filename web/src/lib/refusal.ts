// What a refusal means where the words say only that the process ended: where its own words are, and what runs now. Pure.

/** Whether these words are the supervisor's own, which name no cause. */
export const namesNoCause = (words: string | null | undefined): boolean =>
  /agent exited unexpectedly with exit code/i.test(words ?? "");

/** Where to look, for such words; null where the collector itself said why. */
export const whereToLook = (words: string | null | undefined): string | null =>
  namesNoCause(words)
    ? "The collector did not start with it; its own words are in agent.log in the supervisor's storage directory on the host."
    : null;

/** What a collector does that refused a configuration and is well. */
export const WENT_BACK = "It went back to the configuration before, and runs that.";

/** Whether a collector that refused its configuration is known to run the one before. */
export const wentBack = (one: { sync?: string; health?: string; status?: string }): boolean =>
  one.sync === "failed" && one.health === "healthy" && one.status === "connected";
