// What a change does to the fleet: final configurations by class of collectors, with what a change costs them.

import { Link } from "@tanstack/react-router";
import { RotateCw } from "lucide-react";
import type { AffectedClass } from "../../api/changes";
import type { Check } from "../../forms/use-check";
import { plural } from "../../lib/numbers";
import { beginning } from "../../lib/text";
import { Patch } from "../../ui/diff";
import { Section } from "../../ui/page";
import classes from "./page.module.css";

const CLASSES_MAX = 20;

export function Impact({ check }: { check: Check }) {
  const { plan } = check;
  if (!plan) return null;
  const restarts = plan.classes
    .filter(({ restarts }) => restarts)
    .reduce((sum, one) => sum + one.collector_count, 0);
  return (
    <Section title="Final configurations">
      <p className={classes.note}>
        {plan.affected === 0
          ? "No collector runs anything else by this change."
          : `${plural(plan.affected, "collector")} ${plan.affected === 1 ? "gets" : "get"} a new configuration${plan.classes.length > 1 ? `, in ${plural(plan.classes.length, "class", "classes")} of equal ones` : ""}.`}
        {restarts > 0
          ? ` On ${plural(restarts, "collector")} the process restarts: what is in memory queues is sent or lost, and listeners are closed for a moment.`
          : ""}
      </p>
      {plan.classes.slice(0, CLASSES_MAX).map((one, index) => (
        <details
          // biome-ignore lint/suspicious/noArrayIndexKey: classes have no other identity
          key={index}
          className={classes.fold}
          open={index === 0}
        >
          <summary>
            {titleOf(one)}
            {one.restarts ? (
              <span className={classes.restart}>
                <RotateCw size={12} aria-hidden /> restarts the process
              </span>
            ) : null}
          </summary>
          <p className={classes.note}>
            <Collectors one={one} />
          </p>
          <Patch text={one.diff} beforeLabel="Saved now" afterLabel="After this save" />
        </details>
      ))}
      {plan.classes.length > CLASSES_MAX ? (
        <p className={classes.note}>
          and {plural(plan.classes.length - CLASSES_MAX, "more class", "more classes")}.
        </p>
      ) : null}
    </Section>
  );
}

function titleOf(one: AffectedClass): string {
  const program =
    one.runtime === "alloy" ? "Grafana Alloy" : one.runtime === "otelcol" ? "otelcol" : "Unknown program";
  const version = one.version ? ` ${one.version}` : "";
  const what = one.from_hash == null ? ", gets its first one" : one.to_hash == null ? ", stops" : "";
  return `${plural(one.collector_count, "collector")} · ${program}${version}${what}`;
}

function Collectors({ one }: { one: AffectedClass }) {
  const shown = one.collectors.slice(0, 8);
  return (
    <>
      {shown.map((id, index) => (
        <span key={id}>
          {index > 0 ? ", " : ""}
          <Link to="/collectors/$collector" params={{ collector: id }}>
            <bdi>{beginning(id)}</bdi>
          </Link>
        </span>
      ))}
      {one.collector_count > shown.length ? ` and ${one.collector_count - shown.length} more` : ""}
    </>
  );
}
