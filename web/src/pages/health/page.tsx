// The server itself: whether its parts work, whether delivery goes on, what its mirror holds, how to back it up.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { healthQuery } from "../../api/server";
import { meQuery } from "../../api/session";
import { middle, sentence } from "../../lib/text";
import { absolute, span } from "../../lib/time";
import { CopyAs } from "../../ui/copy-as";
import { CopyButton } from "../../ui/copy-button";
import { ErrorPanel, Page, Section, Skeleton } from "../../ui/page";
import "../../ui/styles";
import { StateBadge } from "../../ui/badges";
import { Said } from "../../ui/said";
import { Table } from "../../ui/table";
import { Ago, serverNow } from "../../ui/values";
import { Delivery } from "./delivery";
import classes from "./health.module.css";
import { Mirror } from "./mirror";

export default function Screen() {
  const health = useQuery(healthQuery);
  const me = useQuery(meQuery);
  const { data } = health;
  return (
    <Page
      title="Health"
      about="Of the server. Telemetry flows between collectors and destinations without it."
      actions={<CopyAs cli="linkmesh health" path="server/health" />}
    >
      {health.isPending ? <Skeleton lines={6} /> : null}
      {health.isError ? <ErrorPanel error={health.error} retry={() => void health.refetch()} /> : null}
      {data ? (
        <>
          <div className={classes.facts}>
            <StateBadge state={data.status} label={WORDS[data.status]} />
            <span>Version {data.version}</span>
            <span title={`Started ${absolute(data.started_at)}`}>
              Up {span((serverNow() - Date.parse(data.started_at)) / 1000)}
            </span>
            {data.certificate_expires_at ? (
              <span>
                Certificate ends <Ago at={data.certificate_expires_at} />
              </span>
            ) : null}
            {data.revision ? (
              <span>
                Revision{" "}
                <Link to="/history/$revision" params={{ revision: data.revision }} className="mono">
                  {middle(data.revision, 11)}
                </Link>
              </span>
            ) : (
              <span className="quiet">The repository is empty</span>
            )}
          </div>
          {data.invalid_head ? (
            <ErrorPanel
              error={new Error("The newest commit of the branch is not valid, so it is not in force.")}
            >
              Mend it and push again, or restore the revision in force.{" "}
              <Link to="/history/$revision" params={{ revision: data.invalid_head }}>
                What is wrong with {middle(data.invalid_head, 11)}
              </Link>
            </ErrorPanel>
          ) : null}
          <Section title="Checks">
            <Table
              label="Checks of the server"
              rows={data.checks}
              rowKey={(check) => check.name}
              columns={[
                { id: "name", head: "Part", width: 140, cell: ({ name }) => sentence(name) },
                {
                  id: "status",
                  head: "State",
                  width: 110,
                  cell: ({ status }) => <StateBadge state={status} />,
                },
                {
                  id: "message",
                  head: "What it says",
                  cell: ({ message }) => <Said text={begun(message ?? "")} />,
                },
              ]}
            />
          </Section>
          <Delivery delivery={data.delivery} me={me.data} />
        </>
      ) : null}
      <Mirror me={me.data} />
      <Backup />
    </Page>
  );
}

/** The server's words go on after a colon elsewhere; here they stand alone. */
const begun = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);

const WORDS = {
  ok: "All parts work",
  warning: "Works, with a warning",
  failed: "A part has failed",
} as const;

const BACKUP = "linkmesh-server --data-dir /var/lib/linkmesh backup /backups/linkmesh-$(date +%F).tar";
const BACKUP_AFAR = () =>
  `umask 077; curl -sS --fail -X POST -H "Authorization: Bearer $LINKMESH_TOKEN" ${location.origin}/api/v1/server/backup -o linkmesh.tar`;

function Backup() {
  return (
    <Section title="Backup">
      <p className={classes.text}>
        One file with the repository, the record and the keys of the same moment, taken beside the running
        server. Whoever has it can open every credential: keep it as safe as the server.
      </p>
      <Command label="On the server's machine, as its user" text={BACKUP} />
      <Command label="From another machine, with an administrator's service account" text={BACKUP_AFAR()} />
    </Section>
  );
}

function Command({ label, text }: { label: string; text: string }) {
  return (
    <div>
      <div className={classes.commandHead}>
        <span className="quiet">{label}</span>
        <CopyButton text={text} what={label.toLowerCase()} />
      </div>
      <pre className={classes.command}>{text}</pre>
    </div>
  );
}
