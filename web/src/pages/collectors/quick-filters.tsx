// One click for what people look for most, each with how many of the query have it. They write into the query itself, so
// what is asked is always to be read in one place.
import { Archive, ChevronUp } from "lucide-react";
import type { Facets } from "../../api/collectors";
import { count } from "../../lib/numbers";
import { hasTerm, toggleTerm } from "../../lib/query";
import { sentence } from "../../lib/text";
import classes from "./page.module.css";
import type { CollectorsSearch } from "./search";

const FILTERS = [
  ["status", "connected"],
  ["status", "disconnected"],
  ["status", "awaiting_connection"],
  ["sync", "drifted"],
  ["sync", "failed"],
  ["sync", "pending"],
  ["sync", "held"],
  ["health", "degraded"],
  ["health", "failed"],
] as const;

const WORDS: Readonly<Record<string, string>> = {
  "status=awaiting_connection": "Awaiting",
  "sync=failed": "Refused",
  "health=failed": "Failed",
};

export function QuickFilters({
  search,
  facets,
  onChange,
}: {
  search: CollectorsSearch;
  facets: Facets | undefined;
  onChange: (next: Partial<CollectorsSearch>) => void;
}) {
  const q = search.q ?? "";
  const behind = facets?.version.reduce((sum, { count, outdated }) => sum + (outdated ? count : 0), 0);
  return (
    <fieldset className={classes.quick}>
      <legend className="only-read">Quick filters</legend>
      {FILTERS.map(([field, value]) => {
        const on = hasTerm(q, field, value);
        return (
          <Quick
            key={`${field}=${value}`}
            on={on}
            text={WORDS[`${field}=${value}`] ?? sentence(value)}
            many={facets ? (facets[field][value] ?? 0) : undefined}
            onClick={() => onChange({ q: toggleTerm(q, field, value) })}
          />
        );
      })}
      <Quick
        on={search.outdated === "true"}
        text="Behind"
        title="Older than the tested version"
        icon={<ChevronUp size={13} aria-hidden />}
        many={behind}
        onClick={() => onChange({ outdated: search.outdated === "true" ? "" : "true" })}
      />
      <Quick
        on={search.archived === "true"}
        text="Archived"
        title="Those that stayed away and were put into the archive"
        icon={<Archive size={13} aria-hidden />}
        many={undefined}
        onClick={() => onChange({ archived: search.archived === "true" ? "" : "true" })}
      />
    </fieldset>
  );
}

function Quick({
  on,
  text,
  title,
  icon,
  many,
  onClick,
}: {
  on: boolean;
  text: string;
  title?: string;
  icon?: React.ReactNode;
  many: number | undefined;
  onClick: () => void;
}) {
  return (
    <button
      type="button"
      className={classes.quickOne}
      aria-pressed={on}
      data-none={many === 0 || undefined}
      title={title}
      onClick={onClick}
    >
      {icon}
      {text}
      {many === undefined ? null : <span className="num">{count(many)}</span>}
    </button>
  );
}
