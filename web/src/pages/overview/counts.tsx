// One way to count the fleet: a bar in proportion, and a row for each state that leads to its collectors.
import { Link } from "@tanstack/react-router";
import { count } from "../../lib/numbers";
import { StateBadge, toneOf } from "../../ui/badges";
import classes from "./overview.module.css";

export function Counts({
  title,
  field,
  counts,
  order,
}: {
  title: string;
  /** The field of the query language. */
  field: "sync" | "health" | "status";
  counts: Readonly<Record<string, number>>;
  /** The states that are always shown; others follow when somebody is in them. */
  order: readonly string[];
}) {
  const others = Object.keys(counts).filter((state) => !order.includes(state) && (counts[state] ?? 0) > 0);
  const states = [...order, ...others.sort()].map((state) => ({ state, number: counts[state] ?? 0 }));
  const total = states.reduce((sum, { number }) => sum + number, 0);
  return (
    <section className={classes.card} aria-label={title}>
      <h2 className={classes.cardTitle}>{title}</h2>
      <div className={classes.bar} aria-hidden>
        {states
          .filter(({ number }) => number > 0)
          .map(({ state, number }) => (
            <span key={state} data-tone={toneOf(state)} style={{ flexGrow: number / Math.max(total, 1) }} />
          ))}
      </div>
      <ul className={classes.states}>
        {states.map(({ state, number }) => (
          <li key={state} data-none={number === 0 || undefined}>
            <Link to="/collectors" search={{ q: `${field}=${state}` }}>
              <StateBadge state={state} />
              <span className="num">
                {count(number)}
                <span className="only-read"> collectors</span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
