// One collector: what it is and how it is, what it should run and what it runs, what was tried and what happened.
import { Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Archive, CircleAlert, Hand, TriangleAlert } from "lucide-react";
import { lazy, type ReactNode, Suspense, useEffect, useRef } from "react";
import { Problem } from "../../api/client";
import { type Collector, collectorQuery } from "../../api/collectors";
import { WENT_BACK, wentBack, whereToLook } from "../../lib/refusal";
import { beginning, sentence, shellWord, withQuery } from "../../lib/text";
import { StateBadge } from "../../ui/badges";
import { CopyAs } from "../../ui/copy-as";
import { FirstSteps } from "../../ui/first-steps";
import { Empty, ErrorPanel, Page, Skeleton } from "../../ui/page";
import "../../ui/styles";
import { Ago, Copied } from "../../ui/values";
import { Actions } from "./actions";
import { Labels } from "./labels";
import { Overview } from "./overview";
import classes from "./page.module.css";
import { type CollectorSearch, TABS, type Tab, tabOf } from "./search";

const Components = lazy(() => import("./components"));
const Config = lazy(() => import("./config"));
const Flow = lazy(() => import("./flow"));
const Attempts = lazy(() => import("./attempts"));
const Events = lazy(() => import("./events"));
const Joining = lazy(() => import("./joining"));

export default function Screen() {
  const { collector: id } = useParams({ from: "/shell/collectors/$collector" });
  const search: CollectorSearch = useSearch({ from: "/shell/collectors/$collector" });
  const { data: collector, error, refetch } = useQuery(collectorQuery(id));
  const name = collector?.name;
  useEffect(() => {
    if (name) document.title = `${name.slice(0, 100)} · LinkMesh`;
  }, [name]);
  if (error instanceof Problem && error.status === 404)
    return (
      <Page title="No such collector">
        <Empty title={`There is no collector ${id.slice(0, 100)}`}>
          It may have been deleted.{" "}
          <Link to="/collectors" className={classes.inline}>
            All collectors
          </Link>
        </Empty>
      </Page>
    );
  if (!collector)
    return (
      <Page title={<bdi>{beginning(id)}</bdi>}>
        {error ? <ErrorPanel error={error} retry={() => void refetch()} /> : <Skeleton lines={10} />}
      </Page>
    );
  return (
    <Page
      title={<bdi>{beginning(collector.name)}</bdi>}
      about={<About collector={collector} />}
      actions={
        <>
          <Actions collector={collector} />
          <CopyAs {...copiesOf(id, tabOf(search.tab))} />
        </>
      }
    >
      <Labels collector={collector} />
      <Notes collector={collector} />
      {collector.status === "awaiting_connection" ? (
        <Suspense fallback={<Skeleton lines={4} />}>
          <Joining collector={collector} />
        </Suspense>
      ) : null}
      <Parts collector={collector} />
    </Page>
  );
}

/** What is on the tab, as the command line and the API give it. */
function copiesOf(id: string, tab: Tab): { cli: string; path: string } {
  const whole = `linkmesh describe collector ${shellWord(id)}`;
  const path = `collectors/${encodeURIComponent(id)}`;
  switch (tab) {
    case "overview":
      return { cli: whole, path };
    case "config":
      return { cli: `linkmesh render ${shellWord(id)}`, path: `${path}/config` };
    case "events":
      return { cli: `linkmesh events --collector ${shellWord(id)}`, path: `${path}/events` };
    case "flow":
      return { cli: whole, path: withQuery("topology", { level: "collector", id }) };
    default:
      return { cli: whole, path: `${path}/${tab}` };
  }
}

function About({ collector }: { collector: Collector }) {
  const { id, status, sync, sync_reason, unsettled_reason, health, health_reason, last_seen_at } = collector;
  return (
    <div className={classes.badges}>
      <StateBadge state={status} />
      <StateBadge state={sync} reason={sync_reason ?? unsettled_reason} />
      <StateBadge state={health} reason={health_reason} label={`Health: ${sentence(health).toLowerCase()}`} />
      <Copied text={id} most={40} what="id" />
      <span>
        {last_seen_at ? "last seen " : ""}
        <Ago at={last_seen_at} none="never seen" />
      </span>
    </div>
  );
}

/** What somebody must know before they read on. */
function Notes({ collector }: { collector: Collector }) {
  const { held, archived, archived_at, archived_reason, sync, sync_reason, health, health_reason, managed } =
    collector;
  const { status, desired } = collector;
  return (
    <>
      {archived ? (
        <Note icon={<Archive size={15} aria-hidden />} tone="off" title="In the archive">
          {archived_at ? (
            <>
              since <Ago at={archived_at} />.{" "}
            </>
          ) : null}
          {archived_reason ? <bdi>{beginning(archived_reason)}. </bdi> : null}
          It comes back by itself when its host does.
        </Note>
      ) : null}
      {held ? (
        <Note icon={<Hand size={15} aria-hidden />} tone="warn" title="Delivery is held">
          <bdi>{beginning(sync_reason ?? "No reason was given.")}</bdi>
        </Note>
      ) : null}
      {!held && sync === "held" && managed !== false && sync_reason ? (
        <Note icon={<Hand size={15} aria-hidden />} tone="warn" title="It is kept on what it ran last">
          <bdi>{beginning(sync_reason)}</bdi>
        </Note>
      ) : null}
      {!held && (sync === "failed" || sync === "drifted") && sync_reason ? (
        <Note
          icon={<TriangleAlert size={15} aria-hidden />}
          tone={sync === "failed" ? "bad" : "warn"}
          title={
            sync === "failed"
              ? "It refused its configuration"
              : "It runs something else than what is committed"
          }
        >
          <bdi>{beginning(sync_reason)}</bdi> {sync === "failed" ? <Refused collector={collector} /> : null}
          <Link to="." className={classes.inline} search={{ tab: "config", view: "difference" }}>
            Show the difference
          </Link>
        </Note>
      ) : null}
      {(health === "failed" || health === "degraded") && health_reason ? (
        <Note
          icon={<CircleAlert size={15} aria-hidden />}
          tone={health === "failed" ? "bad" : "warn"}
          title={`Health: ${health}`}
        >
          <bdi>{beginning(health_reason)}</bdi>{" "}
          <Link to="." search={{ tab: "components" }} className={classes.inline}>
            Components
          </Link>
        </Note>
      ) : null}
      {collector.numbers_reason ? (
        <Note icon={<TriangleAlert size={15} aria-hidden />} tone="warn" title="Its numbers are refused">
          <bdi>{beginning(collector.numbers_reason)}.</bdi>
        </Note>
      ) : null}
      {status === "connected" && managed !== false && !archived && !desired ? (
        <Note icon={<CircleAlert size={15} aria-hidden />} tone="off" title="It runs nothing of LinkMesh yet">
          <FirstSteps className={classes.inline} />
        </Note>
      ) : null}
      {managed === false ? (
        <Note icon={<CircleAlert size={15} aria-hidden />} tone="off" title="Only observed">
          Configuration is not delivered to it.
        </Note>
      ) : null}
    </>
  );
}

/** What the words of a refusal leave out, and the attempts. */
function Refused({ collector }: { collector: Collector }) {
  const look = whereToLook(collector.sync_reason);
  return (
    <>
      {look ? `${look} ` : ""}
      {wentBack(collector) ? `${WENT_BACK} ` : ""}
      <Link to="." className={classes.inline} search={{ tab: "attempts" }}>
        Attempts
      </Link>
      {" · "}
    </>
  );
}

function Note({
  icon,
  tone,
  title,
  children,
}: {
  icon: ReactNode;
  tone: "warn" | "bad" | "off";
  title: string;
  children: ReactNode;
}) {
  return (
    <div className={classes.note} data-tone={tone}>
      {icon}
      <div className={classes.message}>
        <strong>{title}</strong>: {children}
      </div>
    </div>
  );
}

function Parts({ collector }: { collector: Collector }) {
  const search: CollectorSearch = useSearch({ from: "/shell/collectors/$collector" });
  const navigate = useNavigate({ from: "/collectors/$collector" });
  const tab = tabOf(search.tab);
  const list = useRef<HTMLDivElement>(null);
  // On a telephone the tabs are wider than the screen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another tab is another place
  useEffect(() => {
    list.current
      ?.querySelector("[aria-selected=true]")
      ?.scrollIntoView?.({ block: "nearest", inline: "nearest" });
  }, [tab]);
  return (
    <Tabs
      value={tab}
      keepMounted={false}
      onChange={(next) =>
        void navigate({
          search: next && next !== "overview" ? { tab: next } : {},
          replace: true,
          resetScroll: false,
        })
      }
    >
      <Tabs.List ref={list} mb="md" className={classes.tabs ?? ""}>
        {TABS.map((name) => (
          <Tabs.Tab key={name} value={name}>
            {sentence(name)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Suspense fallback={<Skeleton lines={8} />}>
        <Tabs.Panel value="overview">
          <Overview collector={collector} />
        </Tabs.Panel>
        <Tabs.Panel value="components">
          <Components collector={collector} />
        </Tabs.Panel>
        <Tabs.Panel value="config">
          <Config
            collector={collector}
            view={search.view}
            onView={(view) =>
              void navigate({ search: { tab: "config", view }, replace: true, resetScroll: false })
            }
          />
        </Tabs.Panel>
        <Tabs.Panel value="flow">
          <Flow collector={collector} />
        </Tabs.Panel>
        <Tabs.Panel value="attempts">
          <Attempts collector={collector} />
        </Tabs.Panel>
        <Tabs.Panel value="events">
          <Events collector={collector} />
        </Tabs.Panel>
      </Suspense>
    </Tabs>
  );
}
