// What Git says that a collector should run, what it runs, and the difference. Beside the lines stands which entity they
// come from; pressed, it says in which commit that entity was last written.
import { SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { Schema } from "../../api/client";
import {
  blameQuery,
  type Collector,
  configQuery,
  driftQuery,
  intentQuery,
  renderQuery,
} from "../../api/collectors";
import { plural } from "../../lib/numbers";
import { beginning, middle, sentence } from "../../lib/text";
import { CodeView } from "../../ui/code";
import { Diff } from "../../ui/diff";
import { Empty, ErrorPanel, Skeleton } from "../../ui/page";
import { Table } from "../../ui/table";
import { Ago, Copied } from "../../ui/values";
import { type Block, blocksOf, redactions } from "./config-model";
import classes from "./page.module.css";

type ConfigText = Schema<"ConfigText">;

const VIEWS = ["committed", "effective", "difference"] as const;
const NO_BLOCKS: readonly Block[] = [];
/** Differences that are listed; a screen of them is enough to see what is wrong. */
const LISTED_MAX = 200;

export default function Config({
  collector,
  view: wanted,
  onView,
}: {
  collector: Collector;
  view: string | undefined;
  onView: (view: string) => void;
}) {
  const { data, error, refetch } = useQuery(configQuery(collector.id));
  const view = VIEWS.find((known) => known === wanted) ?? "committed";
  if (error) return <ErrorPanel error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton lines={12} />;
  const { desired, offered, effective } = data;
  const language = collector.mode === "alloy-remotecfg" ? "alloy" : "yaml";
  return (
    <div className={classes.parts}>
      <div className={classes.configHead}>
        <SegmentedControl
          size="xs"
          aria-label="Which configuration"
          data={VIEWS.map((value) => ({ value, label: sentence(value) }))}
          value={view}
          onChange={onView}
        />
        {view === "difference" ? null : <Known text={view === "committed" ? desired : effective} />}
      </div>
      {view === "difference" ? (
        <Difference collector={collector} desired={desired} effective={effective} />
      ) : view === "committed" ? (
        desired ? (
          <Shown
            collector={collector}
            text={desired.text}
            language={language}
            label="Committed configuration"
          />
        ) : (
          <Empty title="Nothing applies to this collector">
            No source, route or destination reaches it: add it to a group, or make one for the fleet.
          </Empty>
        )
      ) : effective ? (
        <Shown
          collector={collector}
          text={effective.text}
          language={language}
          label="Effective configuration"
        />
      ) : (
        <Empty title="Not reported yet">
          A collector reports what it runs once it is connected. Alloy before 1.12 never does.
        </Empty>
      )}
      {offered && desired && offered.hash !== desired.hash ? (
        <span className="quiet">
          It was last offered{" "}
          {offered.hash ? <Copied text={offered.hash} most={14} what="hash" /> : "another one"}{" "}
          <Ago at={offered.at} />, which is not what is committed now.
        </span>
      ) : null}
    </div>
  );
}

/** Hash, revision, time and what is hidden. */
function Known({ text }: { text: ConfigText | null | undefined }) {
  const hidden = useMemo(() => (text ? redactions(text.text) : 0), [text]);
  if (!text) return null;
  return (
    <>
      {text.hash ? (
        <span>
          Hash <Copied text={text.hash} most={14} what="hash" />
        </span>
      ) : (
        <span className="quiet">The hash is not known.</span>
      )}
      {text.revision ? (
        <span>
          of{" "}
          <Link to="/history/$revision" params={{ revision: text.revision }} className="mono">
            {middle(text.revision, 11)}
          </Link>
        </span>
      ) : null}
      <Ago at={text.at} none="" />
      {hidden > 0 ? (
        <span className="quiet">{plural(hidden, "value")} hidden; hashes are of the real bytes.</span>
      ) : null}
    </>
  );
}

function Shown({
  collector,
  text,
  language,
  label,
}: {
  collector: Collector;
  text: string;
  language: "yaml" | "alloy";
  label: string;
}) {
  // The map is of what is committed now; components of an older configuration have the same ids where the entity is the same.
  const { data: rendered } = useQuery(renderQuery(collector.id));
  const map = rendered?.map;
  const blocks = useMemo(() => (map ? blocksOf(text, language, map) : NO_BLOCKS), [text, language, map]);
  const [chosen, setChosen] = useState<Block | null>(null);
  return (
    <>
      {chosen ? (
        <From collector={collector} block={chosen} />
      ) : blocks.length > 0 ? (
        <span className="quiet">
          Beside the lines stands what they come from; press it for the file and the commit.
        </span>
      ) : null}
      <CodeView
        text={text}
        language={language}
        label={`${label} of ${collector.id}`}
        origins={blocks}
        onOrigin={(origin) => setChosen(origin as Block)}
      />
    </>
  );
}

/** Entity, file and commit of one block of lines. */
function From({ collector, block }: { collector: Collector; block: Block }) {
  const { data: intent } = useQuery(intentQuery(collector.id));
  const item = intent?.items?.find(({ kind, id }) => `${kind}/${id}` === block.entity);
  const { data: blame, error } = useQuery({
    ...blameQuery(item?.path ?? ""),
    enabled: item !== undefined,
  });
  const newest = useMemo(
    () => [...(blame?.lines ?? [])].sort((a, b) => b.at.localeCompare(a.at))[0],
    [blame],
  );
  return (
    <div className={classes.origin} role="status">
      <span>
        Lines {block.line} to {block.to}, <bdi className="mono">{beginning(block.component)}</bdi>, stage{" "}
        {block.stage}
      </span>
      {item ? (
        <Link to="/edit/$" params={{ _splat: item.path.replace(/\.yaml$/, "") }}>
          {item.path}
        </Link>
      ) : (
        <span>{block.entity}</span>
      )}
      {newest ? (
        <span>
          last written by <bdi>{beginning(newest.author)}</bdi> <Ago at={newest.at} /> in{" "}
          <Link to="/history/$revision" params={{ revision: newest.revision }} className="mono">
            {middle(newest.revision, 11)}
          </Link>
        </span>
      ) : item && !error ? (
        <span className="quiet">Looking up the commit…</span>
      ) : null}
    </div>
  );
}

function Difference({
  collector,
  desired,
  effective,
}: {
  collector: Collector;
  desired: ConfigText | null | undefined;
  effective: ConfigText | null | undefined;
}) {
  const { data: drift, error } = useQuery(driftQuery(collector.id));
  const listed = drift?.differences ?? [];
  if (!effective || !desired)
    return (
      <Empty title="Nothing to compare">
        {desired
          ? "The collector has not reported what it runs."
          : "Nothing is committed for this collector."}
      </Empty>
    );
  return (
    <>
      {error ? <ErrorPanel error={error} /> : null}
      {drift ? (
        <div className={classes.message}>
          <strong>
            {drift.drifted === true
              ? "They differ in meaning"
              : drift.drifted === false
                ? "They mean the same"
                : "Not compared yet"}
          </strong>
          {drift.cause ? <span> ({sentence(drift.cause).toLowerCase()})</span> : null}
          {drift.message ? <bdi>: {beginning(drift.message)}</bdi> : null}
          {drift.at ? (
            <span className="quiet">
              {" "}
              · compared <Ago at={drift.at} />
            </span>
          ) : null}
        </div>
      ) : null}
      {listed.length > 0 ? (
        <Table
          label="What differs"
          rows={listed.slice(0, LISTED_MAX)}
          rowKey={({ path }) => path}
          columns={[
            { id: "path", head: "Where", cell: ({ path }) => <Words text={path} /> },
            { id: "desired", head: "Committed", cell: ({ desired }) => <Words text={desired} /> },
            { id: "effective", head: "Effective", cell: ({ effective }) => <Words text={effective} /> },
          ]}
        />
      ) : null}
      <Diff
        before={desired.text}
        after={effective.text}
        beforeLabel="Committed"
        afterLabel="Effective"
        path="Texts, line by line"
        reason="Order and form may differ where the meaning is the same: a supervisor adds its own parts."
      />
    </>
  );
}

function Words({ text }: { text: string | null | undefined }) {
  if (text === null || text === undefined) return <span className="quiet">absent</span>;
  return (
    <bdi className="mono" style={{ overflowWrap: "anywhere" }}>
      {text.length > 400 ? `${text.slice(0, 400)}…` : text}
    </bdi>
  );
}
