// Filters with counts above a list: links, so that the choice is in the address and the way back is the browser's.
import { Link } from "@tanstack/react-router";
import { count } from "../lib/numbers";
import classes from "./filter-links.module.css";

export interface FilterChoice {
  /** What stands in the address; "" for everything. */
  value: string;
  label: string;
  count?: number | undefined;
}

/** `field` is the parameter of the address that is set; the others stay. */
export function FilterLinks({
  label,
  field,
  now,
  choices,
}: {
  label: string;
  field: string;
  now: string;
  choices: readonly FilterChoice[];
}) {
  return (
    <nav className={classes.filters} aria-label={label}>
      {choices.map((choice) => (
        <Link
          key={choice.value}
          to="."
          search={(before: Record<string, unknown>) =>
            ({ ...before, [field]: choice.value || undefined }) as never
          }
          className={classes.filter}
          data-now={choice.value === now || undefined}
          activeOptions={{ exact: true, includeSearch: true, explicitUndefined: true }}
        >
          {choice.label}
          {choice.count === undefined ? null : <span className={classes.count}>{count(choice.count)}</span>}
        </Link>
      ))}
    </nav>
  );
}
