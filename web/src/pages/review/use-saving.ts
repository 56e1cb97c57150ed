// The save of this screen. While it is not known what became of one, the server is asked again and again, within a bound.
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { planOf, save as saveChange, type Texts } from "../../api/changes";
import { readEntity } from "../../api/entities";
import { type Draft, settleDraft } from "../../draft/store";
import { textsOf } from "../../forms/use-check";
import { freshKey } from "../../lib/fresh-key";
import { type Attempt, attemptSave, type Calls, entriesOf, lookUp, type Saving } from "./saving";

const CALLS: Calls = { plan: planOf, save: saveChange, read: readEntity };
const LOOK_MS = 4_000;
/** About a quarter of an hour; then a person asks. */
const LOOKS_MAX = 200;

export function useSaving() {
  const queries = useQueryClient();
  const [saving, setSaving] = useState<Saving>({ phase: "idle" });
  const [looks, setLooks] = useState(0);
  // A save that got lost: pressed again with nothing changed, it is the same request and done once.
  const lost = useRef<Attempt | null>(null);

  const settle = useCallback(
    (next: Saving, attempt: Attempt) => {
      lost.current = next.phase === "lost" ? next.attempt : null;
      if (next.phase === "saved") settleDraft(attempt.entries);
      setSaving(next);
      if (next.phase !== "unknown") void queries.invalidateQueries({ queryKey: ["entities"] });
      if (next.phase === "saved") void queries.invalidateQueries({ queryKey: ["revisions"] });
    },
    [queries],
  );
  const save = useCallback(
    async (draft: Draft, message: string) => {
      const texts = textsOf(draft);
      const attempt: Attempt =
        lost.current && isSame(lost.current, texts, message)
          ? lost.current
          : { entries: entriesOf(draft), texts, message, key: freshKey() };
      setLooks(0);
      setSaving({ phase: "saving" });
      settle(await attemptSave(attempt, CALLS), attempt);
    },
    [settle],
  );
  const look = useCallback(async () => {
    if (saving.phase !== "unknown") return;
    settle(await lookUp(saving, CALLS), saving.attempt);
  }, [saving, settle]);
  useEffect(() => {
    if (saving.phase !== "unknown" || looks >= LOOKS_MAX) return;
    const timer = setTimeout(() => {
      setLooks(looks + 1);
      void look();
    }, LOOK_MS);
    return () => clearTimeout(timer);
  }, [saving, looks, look]);
  const forget = useCallback(() => setSaving({ phase: "idle" }), []);
  return { saving, save, look, forget };
}

const isSame = (attempt: Attempt, texts: Texts, message: string): boolean =>
  attempt.message === message &&
  Object.keys(texts).length === Object.keys(attempt.texts).length &&
  Object.entries(texts).every(([path, text]) => attempt.texts[path] === text);
