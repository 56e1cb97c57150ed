// The progress of work on many collectors, at the lower right of every screen until somebody closes it.

import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { type Begun, cancelJob, dismissJob, type Job, jobQuery } from "../api/jobs";
import { type Me, meQuery, whyNot } from "../api/session";
import { csvLine } from "../lib/csv";
import { count, plural } from "../lib/numbers";
import { saveFile } from "../lib/save-file";
import { beginning } from "../lib/text";
import { StateBadge } from "./badges";
import { GuardedButton } from "./guarded";
import classes from "./jobs.module.css";
import { message } from "./page";
import { Ago } from "./values";

export default function JobPanel({ begun }: { begun: readonly Begun[] }) {
  return (
    <aside className={classes.panel} aria-label="Work on many collectors">
      {begun.map((job) => (
        <JobCard key={job.id} begun={job} />
      ))}
    </aside>
  );
}

const WORDS = {
  running: ["pending", "Running"],
  done: ["ok", "Done"],
  failed: ["failed", "Failed"],
  cancelled: ["revoked", "Canceled"],
} as const;

function JobCard({ begun }: { begun: Begun }) {
  const queries = useQueryClient();
  const me = useQuery(meQuery).data;
  const { data: job, error } = useQuery(jobQuery(begun.id));
  const [refused, setRefused] = useState<string | null>(null);
  const state = job?.state;
  const errors = job?.errors ?? [];
  const running = state === "running";
  // What was changed is looked up again once the work has ended, also where no event told of it.
  const last = useRef(state);
  useEffect(() => {
    if (last.current === "running" && state && state !== "running") {
      void queries.invalidateQueries({ queryKey: ["collectors"] });
      void queries.invalidateQueries({ queryKey: ["collector"] });
    }
    last.current = state;
  }, [state, queries]);
  const [look, word] = state ? WORDS[state] : (["unknown", "Looking"] as const);
  return (
    <section className={classes.job} aria-label={begun.title}>
      <div className={classes.head}>
        <span className={classes.title} title={begun.title}>
          <bdi>{beginning(begun.title)}</bdi>
        </span>
        <StateBadge state={look} label={word} />
        <button
          type="button"
          className={classes.close}
          aria-label={running ? "Hide; the work goes on" : "Close"}
          title={running ? "Hide; the work goes on" : "Close"}
          onClick={() => dismissJob(begun.id)}
        >
          <X size={15} aria-hidden />
        </button>
      </div>
      {begun.elsewhere && job ? (
        <span className={`quiet ${classes.by}`} title={job.by}>
          Begun by <bdi>{beginning(actorOf(job.by, me))}</bdi> <Ago at={job.started_at} />
        </span>
      ) : null}
      {job ? (
        <>
          <progress
            className={classes.bar}
            aria-label="Progress"
            value={job.done + job.failed}
            max={Math.max(job.total, 1)}
          />
          <div className={classes.foot}>
            <span className="num" role="status">
              {count(job.done)} of {plural(job.total, "collector")}
              {job.failed > 0 ? `, ${count(job.failed)} failed` : ""}
            </span>
            {running ? (
              <GuardedButton
                size="compact-sm"
                variant="default"
                why={whyNot(me, "collectors:operate")}
                onClick={() => {
                  cancelJob(queries, begun.id).catch((problem: unknown) => setRefused(message(problem)));
                }}
              >
                Cancel the rest
              </GuardedButton>
            ) : null}
          </div>
          {errors.length > 0 ? (
            <details>
              <summary>
                {job.failed > errors.length
                  ? `The first ${count(errors.length)} of ${count(job.failed)} failures`
                  : plural(errors.length, "failure")}
              </summary>
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => saveFile(`failures-${begun.id}.csv`, "text/csv", failuresOf(errors))}
              >
                Save them as CSV
              </Button>
              <ul className={classes.errors}>
                {errors.map(({ collector, message }) => (
                  <li key={collector}>
                    <bdi className="mono">{beginning(collector)}</bdi>: <bdi>{beginning(message)}</bdi>
                  </li>
                ))}
              </ul>
            </details>
          ) : null}
        </>
      ) : (
        <span className="quiet" role="status">
          {job === null
            ? "The server knows this work no more: it was restarted, or much was begun since. What was done by then stays done."
            : error
              ? message(error)
              : "Looking how far it is…"}
        </span>
      )}
      {refused ? <span role="alert">{refused}</span> : null}
    </section>
  );
}

const failuresOf = (errors: NonNullable<Job["errors"]>): string =>
  [["collector", "failure"], ...errors.map(({ collector, message }) => [collector, message])]
    .map(csvLine)
    .join("");

/** The audit log names people as `user:<id>`. */
function actorOf(by: string, me: Me | null | undefined): string {
  const [kind, ...rest] = by.split(":");
  const id = rest.join(":");
  if (kind === "user") return id === me?.id ? "you, on another page" : id;
  return id === "" ? by : `${kind?.replaceAll("-", " ")} ${id}`;
}
