// What became of a save: saved and how far its delivery is, refused, in conflict, or not known and being looked up.
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { CircleCheck, CircleHelp, TriangleAlert } from "lucide-react";
import { ErrorSummary } from "../../forms/check-line";
import { EntityLink } from "../../forms/entity-link";
import { placedAll } from "../../forms/model/errors";
import { plural } from "../../lib/numbers";
import { beginning, middle } from "../../lib/text";
import { ErrorPanel } from "../../ui/page";
import { Delivery, useDelivered } from "./delivery";
import classes from "./page.module.css";
import type { Saving } from "./saving";

export function Outcome({
  saving,
  look,
  forget,
}: {
  saving: Saving;
  look: () => Promise<void>;
  forget: () => void;
}) {
  if (saving.phase === "idle" || saving.phase === "saving") return null;
  if (saving.phase === "saved") return <Saved saving={saving} />;
  if (saving.phase === "unknown")
    return (
      <div className={classes.unknown} role="alert">
        <CircleHelp size={16} aria-hidden />
        <div className={classes.text}>
          <strong>It is not known whether this was saved</strong>
          <p>
            The server was gone before it answered. The commit may be in the repository or not. Nothing that
            you typed is lost, and nothing is sent again before that is known: the server is asked as soon as
            it is back.
            {saving.looked === "failed" ? " It does not answer yet." : ""}
          </p>
          <Button variant="default" size="xs" onClick={() => void look()}>
            Look now
          </Button>
        </div>
      </div>
    );
  if (saving.phase === "lost")
    return (
      <div className={classes.unknown} role="alert">
        <TriangleAlert size={16} aria-hidden />
        <div className={classes.text}>
          <strong>It was not saved</strong>
          <p>
            The server is back and the repository does not have the change. Your draft is as it was: save
            again.
          </p>
          <Button variant="default" size="xs" onClick={forget}>
            Understood
          </Button>
        </div>
      </div>
    );
  if (saving.phase === "conflict")
    return (
      <div className={classes.unknown} role="alert">
        <TriangleAlert size={16} aria-hidden />
        <div className={classes.text}>
          <strong>Somebody changed the same files meanwhile</strong>
          <p>
            Nothing was saved and nothing is lost. Decide below for each file what is to be kept, and save
            again.
          </p>
        </div>
      </div>
    );
  return (
    <>
      <ErrorPanel error={saving.problem} />
      <ErrorSummary errors={placedAll(saving.problem.errors)} />
    </>
  );
}

/** Files that are offered to be edited again. */
const EDITS_MAX = 5;

function Saved({ saving }: { saving: Extract<Saving, { phase: "saved" }> }) {
  const delivered = useDelivered(saving.classes);
  const { failed, failures } = delivered.counts;
  const back = failures.length === failed && failures.every((one) => one.back);
  const refused = `Saved, but ${plural(failed, "collector")} refused it${
    back ? ` and ${failed === 1 ? "keeps" : "keep"} the configuration before` : ""
  }.`;
  return (
    <div className={failed > 0 ? classes.refused : classes.saved} role="status">
      {failed > 0 ? <TriangleAlert size={18} aria-hidden /> : <CircleCheck size={18} aria-hidden />}
      <div className={classes.text}>
        <strong>{failed > 0 ? refused : saving.changed ? "Saved" : "The repository says so already"}</strong>
        {failed > 0 ? (
          <p>
            {saving.paths.slice(0, EDITS_MAX).map((path, index) => (
              <span key={path}>
                {index > 0 ? " · " : ""}
                <EntityLink path={path}>
                  Edit <bdi>{beginning(path)}</bdi>
                </EntityLink>
              </span>
            ))}
          </p>
        ) : null}
        <p>
          Revision{" "}
          <Link to="/history/$revision" params={{ revision: saving.revision }} className="mono">
            {middle(saving.revision, 11)}
          </Link>
        </p>
        {(saving.warnings ?? []).map((warning) => (
          <p key={`${warning.path} ${warning.message}`} className={classes.warning}>
            <TriangleAlert size={13} aria-hidden /> {warning.path ? `${warning.path}: ` : ""}
            {warning.message}
          </p>
        ))}
        {saving.changed ? <Delivery delivered={delivered} /> : null}
      </div>
    </div>
  );
}
