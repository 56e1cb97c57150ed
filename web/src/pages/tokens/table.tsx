// The rows of tokens: what each gives, how often it was used, how long it holds.

import { Link } from "@tanstack/react-router";
import type { EnrollmentToken } from "../../api/tokens";
import { count } from "../../lib/numbers";
import { beginning } from "../../lib/text";
import { Chip, StateBadge } from "../../ui/badges";
import { GuardedButton } from "../../ui/guarded";
import { Table } from "../../ui/table";
import { Ago, Copied } from "../../ui/values";
import classes from "./tokens.module.css";

/** Collectors and labels that a row names; the rest is counted. */
const NAMED = 3;

export function TokenTable({
  tokens,
  why,
  revoke,
}: {
  tokens: readonly EnrollmentToken[];
  why: string | null;
  revoke: (token: EnrollmentToken) => void;
}) {
  return (
    <Table
      label="Enrollment tokens"
      rows={tokens}
      rowKey={(token) => token.id}
      columns={[
        {
          id: "name",
          head: "Token",
          width: 150,
          cell: (token) => (
            <>
              {token.name ? (
                <div className={classes.name} title={token.name}>
                  <bdi>{beginning(token.name)}</bdi>
                </div>
              ) : null}
              <Copied text={token.id} most={20} what="id of the token" />
            </>
          ),
        },
        { id: "state", head: "State", cell: (token) => <StateBadge state={token.state} /> },
        {
          id: "uses",
          head: "Uses",
          numeric: true,
          cell: (token) => `${count(token.uses)} of ${count(token.max_uses)}`,
        },
        {
          id: "expires",
          head: "Expires",
          cell: (token) =>
            token.state === "active" ? <Ago at={token.expires_at} /> : <span className="quiet">–</span>,
        },
        { id: "gives", head: "Gives", width: 160, cell: (token) => <Gives token={token} /> },
        { id: "collectors", head: "Joined with it", width: 160, cell: (token) => <Joined token={token} /> },
        {
          id: "created",
          head: "Created",
          cell: (token) => (
            <>
              <Ago at={token.created_at} />
              <div className={`quiet ${classes.name}`} title={token.created_by}>
                <bdi>{beginning(maker(token.created_by))}</bdi>
              </div>
            </>
          ),
        },
        {
          id: "revoke",
          head: <span className="only-read">Act</span>,
          acts: true,
          cell: (token) =>
            token.state === "revoked" ? null : (
              <GuardedButton
                variant="subtle"
                color="red"
                size="xs"
                why={why}
                aria-label={`Revoke ${token.name ?? token.id}`}
                onClick={() => revoke(token)}
              >
                Revoke
              </GuardedButton>
            ),
        },
      ]}
    />
  );
}

/** `user:ana` → `ana`; a service account has no shorter name here. */
function maker(who: string): string {
  return who.replace(/^user:/, "").replace(/^service-account:/, "service account ");
}

function Gives({ token }: { token: EnrollmentToken }) {
  const labels = Object.entries(token.labels ?? {}).map(([key, value]) => `${key}=${value}`);
  const groups = (token.groups ?? []).map((group) => `group ${group}`);
  const all = [...groups, ...labels];
  if (token.for)
    return (
      <span>
        rejoins{" "}
        <Link to="/collectors/$collector" params={{ collector: token.for }}>
          <bdi>{beginning(token.for)}</bdi>
        </Link>
      </span>
    );
  if (all.length === 0) return <span className="quiet">nothing</span>;
  return (
    <span className={classes.chips}>
      {all.slice(0, NAMED).map((text) => (
        <Chip key={text} text={text} />
      ))}
      {all.length > NAMED ? <span title={all.slice(NAMED).join("\n")}>+{all.length - NAMED}</span> : null}
    </span>
  );
}

function Joined({ token }: { token: EnrollmentToken }) {
  const collectors = token.collectors ?? [];
  if (collectors.length === 0) return <span className="quiet">nobody yet</span>;
  return (
    <span className={classes.chips}>
      {collectors.slice(0, NAMED).map((collector) => (
        <Link
          key={collector}
          to="/collectors/$collector"
          params={{ collector }}
          className={classes.joined}
          title={collector}
        >
          <bdi>{beginning(collector)}</bdi>
        </Link>
      ))}
      {collectors.length > NAMED ? (
        <span className="quiet" title={collectors.slice(NAMED, 60).join("\n")}>
          and {count(collectors.length - NAMED)} more
        </span>
      ) : null}
    </span>
  );
}
