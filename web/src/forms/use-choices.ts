// Ids that a form may name: sources, pipelines, destinations, groups; stored ones and those of the draft.
import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { allEntitiesQuery, type EntityKind } from "../api/entities";
import { useDraft } from "../draft/use-entry";
import type { Choice } from "./context";
import { rowsOf } from "./model/rows";

export interface Choices {
  of: (ref: string) => readonly Choice[];
  /** The parameters of a pipeline as it writes them; undefined where it has none or is not known. */
  parametersOf: (pipeline: string | null) => unknown;
}

const STAR: Choice = { value: "*", label: "every source" };

export function useChoices(enabled: boolean): Choices {
  const sources = useRows("sources", enabled);
  const pipelines = useRows("pipelines", enabled);
  const destinations = useRows("destinations", enabled);
  const groups = useRows("groups", enabled);
  const of = useCallback(
    (ref: string): readonly Choice[] => {
      if (ref === "sources") return [STAR, ...sources.map(choice)];
      if (ref === "pipelines") return pipelines.map(choice);
      if (ref === "destinations") return destinations.map(choice);
      return ref === "groups" ? groups.map(choice) : [];
    },
    [sources, pipelines, destinations, groups],
  );
  const parametersOf = useCallback(
    (pipeline: string | null) => pipelines.find(({ id }) => id === pipeline)?.value.parameters,
    [pipelines],
  );
  return { of, parametersOf };
}

function useRows(kind: EntityKind, enabled: boolean) {
  const draft = useDraft();
  const { data } = useQuery({ ...allEntitiesQuery(kind), enabled });
  return useMemo(
    () => rowsOf(kind, data?.items ?? [], draft, {}).filter(({ state }) => state !== "removed"),
    [kind, data, draft],
  );
}

const choice = ({ id, name }: { id: string; name: string | null }): Choice => ({
  value: id,
  ...(name === null ? {} : { label: name }),
});
