// The first screen: how the fleet is, in counts that lead to the collectors behind them.
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { overviewQuery } from "../../api/overview";
import { meQuery, whyNot } from "../../api/session";
import { middle } from "../../lib/text";
import { FrozenBanner } from "../../ui/frozen-banner";
import { Hint } from "../../ui/hint";
import { Empty, ErrorPanel, Page, Skeleton } from "../../ui/page";
import { Ago } from "../../ui/values";
import { Counts } from "./counts";
import classes from "./overview.module.css";
import { Failures, Routes, Totals, Versions } from "./parts";

export default function Screen() {
  const overview = useQuery(overviewQuery);
  const { data } = overview;
  return (
    <Page
      title="Overview"
      about={
        data ? (
          <>
            As of <Ago at={data.as_of} />
            {data.repository.revision ? (
              <>
                {" · revision "}
                <Link
                  to="/history/$revision"
                  params={{ revision: data.repository.revision }}
                  className="mono"
                  title={data.repository.revision}
                >
                  {middle(data.repository.revision, 11)}
                </Link>
              </>
            ) : null}
          </>
        ) : null
      }
      actions={<AddCollector />}
    >
      {data?.delivery.frozen ? <FrozenBanner delivery={data.delivery} /> : null}
      {data && !data.repository.valid ? (
        <ErrorPanel
          error={
            new Error("The newest commit of the repository is not valid, so the one before stays in force.")
          }
        >
          <Link to="/history">See what is wrong in the history</Link>.
        </ErrorPanel>
      ) : null}
      {overview.isError ? <ErrorPanel error={overview.error} retry={() => void overview.refetch()} /> : null}
      {overview.isPending ? <Skeleton lines={8} height={36} /> : null}
      {data?.collectors.total === 0 ? <NoFleet /> : null}
      {data && data.collectors.total > 0 ? (
        <>
          <Totals totals={data.totals} />
          <div className={classes.cards}>
            <Counts title="Configuration" field="sync" counts={data.collectors.sync} order={SYNC} />
            <Counts title="Health" field="health" counts={data.collectors.health} order={HEALTH} />
            <Counts title="Connection" field="status" counts={data.collectors.status} order={STATUS} />
          </div>
          <div className={classes.halves}>
            <Failures failures={data.failures} />
            <Routes routes={data.top_routes} />
          </div>
          <Versions versions={data.versions} />
        </>
      ) : null}
    </Page>
  );
}

const SYNC = ["in_sync", "pending", "drifted", "failed", "held", "unknown"] as const;
const HEALTH = ["healthy", "degraded", "failed", "unknown"] as const;
const STATUS = ["connected", "disconnected", "awaiting_connection"] as const;

function AddCollector() {
  const me = useQuery(meQuery);
  const why = whyNot(me.data, "tokens:create");
  if (!why)
    return (
      <Button component={Link} to="/add" leftSection={<Plus size={15} aria-hidden />}>
        Add collector
      </Button>
    );
  return (
    <Hint text={why}>
      <Button data-disabled aria-disabled leftSection={<Plus size={15} aria-hidden />}>
        Add collector
      </Button>
    </Hint>
  );
}

function NoFleet() {
  return (
    <Empty title="No collector has joined yet" command="linkmesh token create --ttl 1h --max-uses 1">
      <Link to="/add">Add the first one</Link>: one line on the host, and it appears here. On the command
      line, begin with a token:
    </Empty>
  );
}
