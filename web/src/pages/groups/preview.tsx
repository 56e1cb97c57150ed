// Who belongs to a group as its text stands now, before anything is saved, and who does today.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { someCollectorsQuery } from "../../api/collectors";
import { count, plural } from "../../lib/numbers";
import { QUERY_CHARS_MAX } from "../../lib/query";
import { readSelector, selectorQuery, trustsClaims } from "../../lib/selector";
import { beginning } from "../../lib/text";
import { StateBadge } from "../../ui/badges";
import { ErrorPanel } from "../../ui/page";
import classes from "./page.module.css";

const SHOWN = 8;
const MEMBERS_SHOWN = 20;
const REST_MS = 350;

export function Preview({ group, value }: { group: string; value: Record<string, unknown> }) {
  const selector = useRested(typeof value.selector === "string" ? value.selector : "");
  const members = Array.isArray(value.members) ? value.members.filter((one) => typeof one === "string") : [];
  const read = useMemo(() => (selector.trim() === "" ? null : readSelector(selector)), [selector]);
  const query = read?.ok ? selectorQuery(read.terms) : null;
  const claims = read?.ok === true && trustsClaims(read.terms);
  return (
    <section className={classes.preview} aria-label="Who belongs" aria-live="polite">
      <h2>Who the selector matches now</h2>
      {read === null ? (
        <span className="quiet">There is no selector: only members belong.</span>
      ) : !read.ok ? (
        <Unread text={selector} column={read.column} why={read.why} />
      ) : query === null || query.length > QUERY_CHARS_MAX ? (
        <span className="quiet">
          This selector cannot be shown as a query. The server checks it all the same, and the review says
          whom it reaches.
        </span>
      ) : (
        <Matching query={query} />
      )}
      {claims ? (
        <div className={classes.warn}>
          This selector asks for what hosts say about themselves, which anybody with a token can claim.
          {value.trust_reported === true
            ? " The group trusts it: sealed credentials go to every host that says so. Saving that needs the permission secrets:trust."
            : " Without trust, nothing with sealed credentials may be in this group."}
        </div>
      ) : null}
      {members.length > 0 ? (
        <>
          <h2>Members by name: {count(members.length)}</h2>
          <ul className={classes.list}>
            {members.slice(0, MEMBERS_SHOWN).map((member) => (
              <li key={member}>
                <Link to="/collectors/$collector" params={{ collector: member }} className="clip">
                  {member}
                </Link>
              </li>
            ))}
            {members.length > MEMBERS_SHOWN ? (
              <li className="quiet">and {count(members.length - MEMBERS_SHOWN)} more</li>
            ) : null}
          </ul>
        </>
      ) : null}
      <Today group={group} />
    </section>
  );
}

function Matching({ query }: { query: string }) {
  const { data, error } = useQuery(someCollectorsQuery({ q: query, archived: "all" }, SHOWN));
  if (error) return <ErrorPanel error={error} />;
  if (!data) return <span className="quiet">Counting…</span>;
  const total = data.total ?? data.items.length;
  return (
    <>
      <span>
        <span className={classes.count}>{count(total)}</span> {total === 1 ? "collector" : "collectors"}
      </span>
      <ul className={classes.list}>
        {data.items.map(({ id, name, status }) => (
          <li key={id}>
            <Link
              to="/collectors/$collector"
              params={{ collector: id }}
              className="clip"
              title={name.slice(0, 300)}
            >
              <bdi>{beginning(name)}</bdi>
            </Link>
            <StateBadge state={status} />
          </li>
        ))}
      </ul>
      {total > data.items.length ? (
        <Link to="/collectors" search={{ q: query, archived: "all" }}>
          Show all {count(total)}
        </Link>
      ) : null}
    </>
  );
}

function Today({ group }: { group: string }) {
  const { data } = useQuery(someCollectorsQuery({ group, archived: "all" }, 1));
  const total = data?.total;
  if (total === undefined || total === null) return null;
  return (
    <span className="quiet">
      In the group today, by selector, members or token:{" "}
      <Link to="/collectors" search={{ q: `group=${group}`, archived: "all" }} className={classes.inline}>
        {plural(total, "collector")}
      </Link>
    </span>
  );
}

function Unread({ text, column, why }: { text: string; column: number; why: string }) {
  const signs = [...text];
  const at = Math.min(column - 1, signs.length);
  return (
    <div>
      Column {column}: {why}.
      <div className={classes.where}>
        {signs.slice(Math.max(0, at - 60), at).join("")}
        <mark>{signs[at] ?? " "}</mark>
        {signs.slice(at + 1, at + 60).join("")}
      </div>
    </div>
  );
}

/** A text that is being typed, once the typing rests. */
function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), REST_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
}
