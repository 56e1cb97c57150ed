// The palette: types of the catalog with search, signals and the programs that have them.
import { TextInput, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Search } from "lucide-react";
import { type ReactNode, useState } from "react";
import { type CatalogKind, type CatalogSummary, catalogQuery } from "../api/catalog";
import { ErrorPanel, Skeleton } from "../ui/page";
import classes from "./palette.module.css";

const RUNTIMES = [
  ["otelcol", "otelcol"],
  ["alloy", "Alloy"],
] as const;

export function Palette({
  kind,
  pick,
  compact = false,
  frame = (_, button) => button,
}: {
  kind: CatalogKind;
  pick: (type: CatalogSummary) => void;
  compact?: boolean;
  /** Around each type, for dragging. */
  frame?: (type: CatalogSummary, button: ReactNode) => ReactNode;
}) {
  const [words, setWords] = useState("");
  const catalog = useQuery(catalogQuery);
  if (catalog.isPending) return <Skeleton lines={6} />;
  if (catalog.isError) return <ErrorPanel error={catalog.error} retry={() => void catalog.refetch()} />;
  const found = catalog.data.filter((type) => type.kind === kind && matches(type, words));
  return (
    <div className={classes.palette} data-compact={compact || undefined}>
      <TextInput
        placeholder="Search types"
        aria-label="Search types"
        leftSection={<Search size={14} aria-hidden />}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      <span className="only-read" aria-live="polite">
        {found.length} types
      </span>
      {found.length === 0 ? (
        <p className="quiet">
          No type is called so. With <strong>raw</strong> any component can be written in its own words.
        </p>
      ) : null}
      <ul className={classes.types}>
        {found.map((type) => (
          <li key={type.type}>
            {frame(
              type,
              <UnstyledButton className={classes.type} onClick={() => pick(type)}>
                <span className={classes.head}>
                  <strong>{type.name}</strong>
                  <span className={classes.runtimes}>
                    {RUNTIMES.map(([runtime, name]) =>
                      type.runtimes?.includes(runtime) ? (
                        <span key={runtime} className={classes.runtime}>
                          {name}
                        </span>
                      ) : (
                        <span key={runtime} className={classes.runtime} data-missing title={`Not in ${name}`}>
                          <span className="only-read">not in </span>
                          {name}
                        </span>
                      ),
                    )}
                  </span>
                </span>
                <span className={classes.summary}>{type.summary}</span>
                <span className={classes.signals}>{type.signals?.join(" · ")}</span>
              </UnstyledButton>,
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

function matches(type: CatalogSummary, words: string): boolean {
  const text = `${type.type} ${type.name} ${type.summary} ${type.signals?.join(" ")}`.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
