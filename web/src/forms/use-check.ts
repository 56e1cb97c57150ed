// Asks the server what the draft would do, a moment after the last change: what is wrong and where, who is affected.
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { type Plan, planOf, type Texts } from "../api/changes";
import { Problem } from "../api/client";
import { withSecrets } from "../draft/secrets";
import type { Draft } from "../draft/store";
import { useDraft } from "../draft/use-entry";
import { type PlacedError, placedAll } from "./model/errors";

export interface Check {
  /** `none`: nothing is changed. `unfinished`: only what nobody has written yet is wrong.
   * `refused`: what would be removed is still used, or another rule over several files. */
  state: "none" | "checking" | "valid" | "unfinished" | "invalid" | "refused" | "unreachable";
  plan: Plan | null;
  errors: readonly PlacedError[];
  /** What the server said, where it said no. */
  problem: Problem | null;
  /** What is shown is of the draft as it was a moment ago. */
  late: boolean;
  retry: () => void;
}

const QUIET_MS = 500;
const NO_ERRORS: readonly PlacedError[] = [];

export function useCheck(): Check {
  const draft = useDraft();
  const settled = useQuiet(draft);
  const asked = Object.keys(settled).length > 0;
  const query = useQuery({
    queryKey: ["draft", "plan", stampOf(settled)],
    queryFn: async ({ signal }): Promise<{ plan: Plan | null; problem: Problem | null }> => {
      try {
        return { plan: await planOf(textsOf(settled), signal), problem: null };
      } catch (problem) {
        if (problem instanceof Problem && [409, 422].includes(problem.status)) return { plan: null, problem };
        throw problem;
      }
    },
    enabled: asked,
    retry: false,
    staleTime: 30_000,
    gcTime: 60_000,
    placeholderData: (before) => before,
  });
  const { data, isError, error, isFetching, refetch } = query;
  return useMemo(() => {
    const late = settled !== draft || isFetching;
    const retry = () => void refetch();
    const base = { plan: null, errors: NO_ERRORS, problem: null, late, retry };
    if (Object.keys(draft).length === 0) return { ...base, state: "none", late: false };
    if (isError) {
      const problem = error instanceof Problem ? error : null;
      return { ...base, state: "unreachable", problem };
    }
    if (!data) return { ...base, state: "checking" };
    if (data.plan) return { ...base, state: "valid", plan: data.plan };
    const problem = data.problem;
    const errors = problem ? placedAll(problem.errors) : NO_ERRORS;
    return { ...base, state: problem?.status === 409 ? "refused" : "invalid", errors, problem };
  }, [draft, settled, data, isError, error, isFetching, refetch]);
}

/** The texts of a draft as they go to the server, typed credentials in their places. */
export function textsOf(draft: Draft): Texts {
  return Object.fromEntries(
    Object.entries(draft).map(([path, { text }]) => [path, text === null ? null : withSecrets(text).text]),
  );
}

/** How many typed credentials a draft has lost with a reload. */
export function lostSecrets(draft: Draft): number {
  return Object.values(draft).reduce(
    (sum, { text }) => sum + (text === null ? 0 : withSecrets(text).lost),
    0,
  );
}

const stampOf = (draft: Draft): string =>
  Object.values(draft)
    .map(({ path, at }) => `${path} ${at}`)
    .sort()
    .join("\n");

function useQuiet(draft: Draft): Draft {
  const [quiet, setQuiet] = useState(draft);
  useEffect(() => {
    if (quiet === draft) return;
    const timer = setTimeout(() => setQuiet(draft), QUIET_MS);
    return () => clearTimeout(timer);
  }, [draft, quiet]);
  return quiet;
}
