// A token for several hosts: how many joined, and each of them with its own light.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { someCollectorsQuery } from "../../api/collectors";
import { WAIT_MS } from "../../api/joining";
import type { EnrollmentToken } from "../../api/tokens";
import { count } from "../../lib/numbers";
import { beginning } from "../../lib/text";
import { Sign, WORDS } from "./lights";
import { joinedHosts } from "./progress";
import classes from "./wizard.module.css";

/** Hosts that are listed; who joined before them is in the list of collectors. */
const LISTED_MAX = 20;

export function Hosts({ token }: { token: EnrollmentToken }) {
  const all = token.collectors ?? [];
  const ids = all.slice(-LISTED_MAX);
  const { data } = useQuery({
    ...someCollectorsQuery({ q: ids.map((id) => `id="${id}"`).join(" or ") }, LISTED_MAX),
    enabled: ids.length > 0,
    refetchInterval: WAIT_MS,
  });
  const hosts = joinedHosts(ids, data?.items ?? []);
  return (
    <>
      <progress
        className={classes.joined}
        aria-label="Hosts that joined"
        value={token.uses}
        max={token.max_uses}
      />
      {hosts.length > 0 ? (
        <ol className={`${classes.lights} ${classes.hosts}`} aria-label="Joined" aria-live="polite">
          {hosts.map(({ id, name, light, says }) => (
            <li key={id} data-light={light}>
              <Sign light={light} />
              <span className={classes.host}>
                <Link to="/collectors/$collector" params={{ collector: id }} title={name}>
                  <bdi>{beginning(name)}</bdi>
                </Link>
                <span className="only-read">: {WORDS[light]}</span>
              </span>
              <span className={classes.says}>
                <bdi>{beginning(says)}</bdi>
              </span>
            </li>
          ))}
        </ol>
      ) : null}
      {all.length > ids.length ? (
        <span className="quiet">
          And {count(all.length - ids.length)} before them: <Link to="/collectors">all collectors</Link>
        </span>
      ) : null}
    </>
  );
}
