// One revision: what it changed in the repository, what that means for the final configurations, and the way back to it.
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Undo2 } from "lucide-react";
import { useState } from "react";
import { differenceQuery, revisionQuery } from "../../api/history";
import { meQuery, whyNot } from "../../api/session";
import { plural } from "../../lib/numbers";
import { beginning, middle } from "../../lib/text";
import { CopyAs } from "../../ui/copy-as";
import { Patch } from "../../ui/diff";
import { GuardedButton } from "../../ui/guarded";
import { Empty, ErrorPanel, Page, Section, Skeleton } from "../../ui/page";
import "../../ui/styles";
import { Ago, Copied } from "../../ui/values";
import { Classes } from "./classes";
import { Force } from "./force";
import classes from "./history.module.css";
import { Restore } from "./restore";

const WORDS = { added: "New file", modified: "Changed", deleted: "Removed" } as const;
/** Files that are shown open; a commit of the server may hold a thousand registrations. */
const FILES_SHOWN = 30;

export default function Screen() {
  const { revision: asked } = useParams({ from: "/shell/history/$revision" });
  const me = useQuery(meQuery);
  const detail = useQuery(revisionQuery(asked));
  const [restoring, setRestoring] = useState(false);
  const [most, setMost] = useState(FILES_SHOWN);
  const { data } = detail;
  if (!data)
    return (
      <Page title={`Revision ${middle(asked, 11)}`}>
        {detail.isError ? (
          <ErrorPanel error={detail.error} retry={() => void detail.refetch()} />
        ) : (
          <Skeleton lines={8} />
        )}
      </Page>
    );
  return (
    <Page
      title={data.subject || "(no message)"}
      about={
        <span className={classes.facts}>
          <Force revision={data} />
          <bdi className={classes.author}>{beginning(data.author)}</bdi>
          <Ago at={data.at} />
          <Copied text={data.revision} most={11} what="revision" />
          {data.parent ? (
            <Link to="/history/$revision" params={{ revision: data.parent }}>
              Previous revision
            </Link>
          ) : null}
        </span>
      }
      actions={
        <>
          <CopyAs
            cli={
              data.parent
                ? `linkmesh diff ${data.parent.slice(0, 12)} ${data.revision.slice(0, 12)}`
                : "linkmesh get revisions"
            }
            path={`revisions/${data.revision}`}
          />
          <GuardedButton
            variant="default"
            why={data.current ? "This state is in force already." : whyNot(me.data, "config:write")}
            leftSection={<Undo2 size={15} aria-hidden />}
            onClick={() => setRestoring(true)}
          >
            Restore this state
          </GuardedButton>
        </>
      }
    >
      {data.invalid ? (
        <ErrorPanel error={new Error(data.invalid)}>
          It is not valid, so it never was in force; the revision before it stayed.
        </ErrorPanel>
      ) : null}
      {data.body ? <pre className={classes.body}>{data.body}</pre> : null}
      <Section title={plural(data.files.length, "file")}>
        {data.files.length === 0 ? <Empty title="It changed no file" /> : null}
        {data.files.slice(0, most).map(({ path, change, diff }) => (
          <Patch
            key={path}
            path={path}
            text={diff ?? ""}
            reason={
              <>
                {WORDS[change]}
                {change === "deleted" ? null : (
                  <>
                    {" · "}
                    <Link to="/history" search={{ path }}>
                      who wrote each line
                    </Link>
                  </>
                )}
              </>
            }
          />
        ))}
        {data.files.length > most ? (
          <GuardedButton variant="default" why={null} onClick={() => setMost(most + FILES_SHOWN * 2)}>
            Show more of {plural(data.files.length - most, "file")}
          </GuardedButton>
        ) : null}
      </Section>
      {data.parent ? <Final from={data.parent} to={data.revision} /> : null}
      {restoring ? (
        <Restore revision={data.revision} subject={data.subject} onClose={() => setRestoring(false)} />
      ) : null}
    </Page>
  );
}

/** The same change as collectors see it. */
function Final({ from, to }: { from: string; to: string }) {
  const difference = useQuery(differenceQuery(from, to));
  return (
    <Section title="Final configurations">
      {difference.isPending ? <Skeleton lines={4} /> : null}
      {difference.isError ? (
        <ErrorPanel error={difference.error} retry={() => void difference.refetch()} />
      ) : null}
      {difference.data ? <Classes classes={difference.data.classes ?? []} /> : null}
    </Section>
  );
}
