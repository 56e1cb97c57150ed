// A file with who last wrote each line of it, and in which commit.
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { type Blame, blameQuery } from "../../api/history";
import { shellWord } from "../../lib/text";
import { absolute } from "../../lib/time";
import { CodeView, type Origin } from "../../ui/code";
import { CopyAs } from "../../ui/copy-as";
import { ErrorPanel, Section, Skeleton } from "../../ui/page";

export function BlamedFile({ path }: { path: string }) {
  const blame = useQuery(blameQuery(path));
  const navigate = useNavigate();
  const origins = useMemo(() => (blame.data ? originsOf(blame.data) : []), [blame.data]);
  return (
    <Section
      title={path}
      actions={
        <span style={{ display: "flex", gap: 12, alignItems: "center" }}>
          <CopyAs cli={`linkmesh blame ${shellWord(path)}`} path={`blame?path=${encodeURIComponent(path)}`} />
          <Link to="/history">Close</Link>
        </span>
      }
    >
      {blame.isPending ? <Skeleton /> : null}
      {blame.isError ? <ErrorPanel error={blame.error} retry={() => void blame.refetch()} /> : null}
      {blame.data ? (
        <CodeView
          text={blame.data.lines.map(({ text }) => text).join("\n")}
          language="yaml"
          label={`${path} with the commit of each line`}
          height="50vh"
          origins={origins}
          onOrigin={(origin) => {
            const line = blame.data.lines[origin.line - 1];
            if (line) void navigate({ to: "/history/$revision", params: { revision: line.revision } });
          }}
        />
      ) : null}
    </Section>
  );
}

/** One origin for each run of lines of the same commit. */
export function originsOf({ lines }: Blame): Origin[] {
  const origins: Origin[] = [];
  let before = "";
  lines.forEach(({ revision, author, at }, index) => {
    const last = origins.at(-1);
    if (last && before === revision) last.to = index + 1;
    else
      origins.push({
        line: index + 1,
        to: index + 1,
        label: `${revision.slice(0, 7)} ${author}`,
        title: `${revision.slice(0, 12)}, ${author}, ${absolute(at)}`,
      });
    before = revision;
  });
  return origins;
}
