// What the server says about the draft while somebody edits: one quiet line, and a summary of errors that jumps.

import { UnstyledButton } from "@mantine/core";
import { CircleCheck, CircleDashed, CircleX, LoaderCircle, TriangleAlert } from "lucide-react";
import { count, plural } from "../lib/numbers";
import { beginning } from "../lib/text";
import classes from "./check-line.module.css";
import { EntityLink } from "./entity-link";
import type { PlacedError } from "./model/errors";
import { type Path, pathText } from "./model/path";
import type { Check } from "./use-check";

/** One line: checking, valid and whom it reaches, or how many errors. */
export function CheckLine({ check, file }: { check: Check; file?: string }) {
  const { state, plan, errors, problem } = check;
  const warnings = plan?.warnings?.filter(({ path }) => file === undefined || path?.startsWith(file)) ?? [];
  if (state === "none") return null;
  return (
    <div className={classes.line} role="status" data-late={check.late || undefined}>
      {state === "checking" ? (
        <>
          <LoaderCircle size={14} aria-hidden /> Checking…
        </>
      ) : null}
      {state === "valid" && plan ? (
        <>
          <CircleCheck size={14} aria-hidden data-tone="good" />
          <span>
            Valid. Saving changes {plural(plan.files.length, "file")} and the configuration of{" "}
            {plural(plan.affected, "collector")}.
          </span>
        </>
      ) : null}
      {state === "unfinished" ? (
        <>
          <CircleDashed size={14} aria-hidden /> Not complete yet.
        </>
      ) : null}
      {state === "invalid" || state === "refused" ? (
        <>
          <CircleX size={14} aria-hidden data-tone="bad" />
          <span>
            {state === "refused"
              ? problem?.message
              : `Not valid yet: ${plural(Math.max(1, errors.length), "error")}.`}
          </span>
        </>
      ) : null}
      {state === "unreachable" ? (
        <>
          <TriangleAlert size={14} aria-hidden data-tone="warn" />
          <span>
            Not checked: {problem?.message ?? "the server did not answer."} Your changes are kept here.
          </span>
        </>
      ) : null}
      {warnings.map((warning) => (
        <span key={`${warning.path} ${warning.message}`} className={classes.warning}>
          <TriangleAlert size={14} aria-hidden data-tone="warn" />
          <span className={classes.words}>
            {file === undefined && warning.path ? `${warning.path}: ` : ""}
            {warning.message}
          </span>
        </span>
      ))}
    </div>
  );
}

/** Every error as a button or link to its place. Errors of other files lead to their editors. */
export function ErrorSummary({
  errors,
  file,
  jump,
}: {
  errors: readonly PlacedError[];
  /** The file that is open; absent on the review, where all are links. */
  file?: string;
  jump?: (path: Path) => void;
}) {
  if (errors.length === 0) return null;
  const shown = errors.slice(0, 50);
  return (
    <section className={classes.summary} aria-label="Errors">
      <strong>{plural(errors.length, "error")}</strong>
      <ul>
        {shown.map((error) => {
          const here = error.file === file || error.file === null;
          const field = pathText(error.path);
          return (
            <li key={`${error.file} ${field} ${error.message}`}>
              {here && jump ? (
                <UnstyledButton className={classes.jump} onClick={() => jump(error.path)}>
                  <bdi>{beginning(field || "The whole file")}</bdi>
                </UnstyledButton>
              ) : (
                <EntityLink path={error.file ?? ""} step={stepOf(error.path)} className={classes.jump}>
                  <bdi>
                    {error.file}
                    {field ? `: ${field}` : ""}
                  </bdi>
                </EntityLink>
              )}
              : {beginning(error.message)}
            </li>
          );
        })}
      </ul>
      {errors.length > shown.length ? <span>and {count(errors.length - shown.length)} more.</span> : null}
    </section>
  );
}

/** The step of a pipeline that an error is in, as the editor's address names it: `#2`. */
const stepOf = (path: Path): string | undefined =>
  path[0] === "steps" && typeof path[1] === "number" ? `#${path[1]}` : undefined;
