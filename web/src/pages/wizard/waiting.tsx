// The panel that turns green: on the connection, on the first numbers, on the first records; with what to try when it does not.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CheckCircle2, CircleDashed, XCircle } from "lucide-react";
import { useEffect, useState } from "react";
import { arrivalQuery, refusedQuery, tokenQuery } from "../../api/joining";
import { ErrorPanel } from "../../ui/page";
import { serverNow } from "../../ui/values";
import { arrived, type Facts, type Light, steps, tips } from "./progress";
import type { Target } from "./targets";
import classes from "./wizard.module.css";

export function Waiting({
  target,
  tokenId,
  collectorId,
}: {
  target: Target;
  tokenId: string | null;
  collectorId: string | null;
}) {
  const [start] = useState(serverNow);
  const waited = useSecondsSince(start);
  const token = useQuery({ ...tokenQuery(tokenId ?? ""), enabled: tokenId !== null });
  const joined = token.data?.collectors?.at(-1) ?? null;
  const id = collectorId ?? joined;
  const arrival = useQuery({ ...arrivalQuery(id ?? ""), enabled: id !== null });
  const refused = useQuery(refusedQuery(new Date(start).toISOString()));
  const facts: Facts = {
    target,
    waited,
    collector: arrival.data?.collector ?? null,
    throughput: arrival.data?.throughput ?? null,
    tokenState: token.data?.state ?? null,
    refused: refused.data?.at(0)?.message ?? null,
  };
  const there = arrived(facts);
  const lights = steps(facts);
  const hints = tips(facts, location.origin);
  const failed = token.error ?? arrival.error;
  return (
    <aside className={classes.wait} data-arrived={there || undefined} aria-label="Arrival">
      <strong>{there ? "The collector is here" : "Waiting for the host"}</strong>
      <ol className={classes.lights} aria-live="polite">
        {lights.map(({ id: step, title, light, says }) => (
          <li key={step} data-light={light}>
            <Sign light={light} />
            <span>
              {title}
              <span className="only-read">: {WORDS[light]}</span>
            </span>
            <span className={classes.says}>{says}</span>
          </li>
        ))}
      </ol>
      {failed ? <ErrorPanel error={failed} /> : null}
      {id && arrival.data ? (
        <span>
          <Link to="/collectors/$collector" params={{ collector: id }}>
            Open <bdi>{arrival.data.collector.name}</bdi>
          </Link>
          {there ? (
            <>
              {" · "}
              <Link to="/pipelines">Build a pipeline</Link>
              {" · "}
              <Link to="/sources">Add a source</Link>
            </>
          ) : null}
        </span>
      ) : null}
      {hints.length > 0 ? (
        <ul className={classes.tips} aria-label="What to try">
          {hints.map(({ id: tip, text, command }) => (
            <li key={tip}>
              {text}
              {command ? <code>{command}</code> : null}
            </li>
          ))}
        </ul>
      ) : null}
      {there ? null : (
        <span className="quiet num">{waited} s. This page may be left; the host comes all the same.</span>
      )}
    </aside>
  );
}

const WORDS: Record<Light, string> = { waiting: "not yet", done: "done", trouble: "trouble" };

function Sign({ light }: { light: Light }) {
  if (light === "done") return <CheckCircle2 size={18} aria-hidden />;
  if (light === "trouble") return <XCircle size={18} aria-hidden />;
  return <CircleDashed size={18} aria-hidden />;
}

/** Whole seconds since a time of the server's clock. */
function useSecondsSince(start: number): number {
  const [now, setNow] = useState(start);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, Math.floor((now - start) / 1000));
}
