// The panel that turns green: on the connection, on the first numbers, on the first records; with what to try when it does not.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { arrivalQuery, refusedQuery, tokenQuery } from "../../api/joining";
import { count } from "../../lib/numbers";
import { beginning } from "../../lib/text";
import { FirstSteps } from "../../ui/first-steps";
import { ErrorPanel } from "../../ui/page";
import { serverNow } from "../../ui/values";
import { Hosts } from "./hosts";
import { Sign, WORDS } from "./lights";
import { arrived, type Facts, steps, tips } from "./progress";
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
  const token = useQuery({ ...tokenQuery(tokenId ?? ""), enabled: tokenId !== null });
  // For several hosts: the panel waits on until all have joined, and looks at the newest in detail only then.
  const several = (token.data?.max_uses ?? 1) > 1;
  const missing = several && token.data ? token.data.max_uses - token.data.uses : 0;
  const uses = token.data?.uses ?? 0;
  const waited = useSecondsSince(start, uses);
  const joined = token.data?.collectors?.at(-1) ?? null;
  const id = collectorId ?? joined;
  const arrival = useQuery({ ...arrivalQuery(id ?? ""), enabled: id !== null });
  const refused = useQuery(refusedQuery(new Date(start).toISOString()));
  const newest: Facts = {
    target,
    waited,
    collector: arrival.data?.collector ?? null,
    throughput: arrival.data?.throughput ?? null,
    tokenState: token.data?.state ?? null,
    refused: refused.data?.at(0)?.message ?? null,
  };
  // What to try is about the host that has not come, as long as one has not.
  const facts: Facts = missing > 0 ? { ...newest, collector: null, throughput: null } : newest;
  const there = arrived(facts);
  const lights = steps(newest);
  const hints = tips(facts, location.origin);
  const failed = token.error ?? arrival.error;
  return (
    <aside className={classes.wait} data-arrived={there || undefined} aria-label="Arrival">
      <strong role={several ? "status" : undefined}>
        {several && token.data
          ? `${count(uses)} of ${count(token.data.max_uses)} joined`
          : there
            ? "The collector is here"
            : newest.collector?.status === "connected"
              ? "The host is here; its first numbers follow"
              : "Waiting for the host"}
      </strong>
      {several && token.data ? <Hosts token={token.data} /> : null}
      {several ? <span className="quiet">{id ? "The newest of them:" : "The first of them:"}</span> : null}
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
            Open <bdi>{beginning(arrival.data.collector.name)}</bdi>
          </Link>
          {arrived(newest) ? (
            <>
              {" · "}
              {arrival.data.collector.desired ? (
                <Link to="/pipelines">Build a pipeline</Link>
              ) : (
                <>
                  Next: <FirstSteps />
                </>
              )}
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
        <span className="quiet num">
          Waiting for {waited} s. This page may be left;{" "}
          {newest.collector?.status === "connected"
            ? "it goes on all the same"
            : "the host comes all the same"}
          .
        </span>
      )}
    </aside>
  );
}

/** Whole seconds since a time of the server's clock, or since `step` was another one. */
function useSecondsSince(begun: number, step: number): number {
  const [now, setNow] = useState(begun);
  const [start, setStart] = useState({ at: begun, step });
  if (start.step !== step) setStart({ at: now, step });
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, Math.floor((now - start.at) / 1000));
}
