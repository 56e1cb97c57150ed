// Files that the server keeps for hosts without a way to the internet, and whether they are still what was added.

import { useMutation, useQuery } from "@tanstack/react-query";
import { type MirrorFile, mirrorQuery, verifyMirror } from "../../api/server";
import { type Me, whyNot } from "../../api/session";
import { bytes, plural } from "../../lib/numbers";
import { beginning } from "../../lib/text";
import { StateBadge } from "../../ui/badges";
import { CopyAs } from "../../ui/copy-as";
import { GuardedButton } from "../../ui/guarded";
import { Empty, ErrorPanel, message, Section, Skeleton } from "../../ui/page";
import { Table } from "../../ui/table";
import { Ago, Copied } from "../../ui/values";
import classes from "./health.module.css";

export function Mirror({ me }: { me: Me | null | undefined }) {
  const mirror = useQuery(mirrorQuery);
  const files = (mirror.data?.items ?? []) as MirrorFile[];
  const size = files.reduce((sum, file) => sum + file.size_bytes, 0);
  return (
    <Section
      title="Mirror"
      actions={
        <span className={classes.acts}>
          {files.length > 0 ? (
            <span className="quiet">
              {plural(files.length, "file")}, {bytes(size)}
              {mirror.data?.next_cursor ? ", and more" : ""}
            </span>
          ) : null}
          <CopyAs size="xs" cli="linkmesh mirror list" path="mirror" />
        </span>
      }
    >
      {mirror.isPending ? <Skeleton lines={3} /> : null}
      {mirror.isError ? <ErrorPanel error={mirror.error} retry={() => void mirror.refetch()} /> : null}
      {mirror.data ? (
        <Table
          label="Files of the mirror"
          rows={files}
          rowKey={({ kind, version, arch, name }) => `${kind}/${version}/${arch}/${name}`}
          empty={
            <Empty title="The mirror is empty" command="linkmesh mirror add DIRECTORY">
              Hosts fetch their programs from upstream. For hosts that cannot, put the files here.
            </Empty>
          }
          columns={[
            {
              id: "name",
              head: "File",
              width: 220,
              cell: ({ name, url }) => (
                <a href={url} className={classes.name} title={name} download>
                  <bdi>{beginning(name)}</bdi>
                </a>
              ),
            },
            { id: "kind", head: "Program", cell: ({ kind }) => kind },
            { id: "version", head: "Version", cell: ({ version }) => version },
            { id: "arch", head: "Architecture", cell: ({ arch }) => arch },
            { id: "size", head: "Size", numeric: true, cell: (file) => bytes(file.size_bytes) },
            {
              id: "sum",
              head: "SHA-256",
              cell: ({ sha256 }) => <Copied text={sha256} most={13} what="checksum" />,
            },
            { id: "added", head: "Added", cell: (file) => <Ago at={file.added_at} /> },
            {
              id: "verify",
              head: "Checked",
              width: 120,
              cell: (file) => <Verify file={file} why={whyNot(me, "server:read")} />,
            },
          ]}
        />
      ) : null}
    </Section>
  );
}

function Verify({ file, why }: { file: MirrorFile; why: string | null }) {
  const check = useMutation({ mutationFn: () => verifyMirror(file) });
  if (check.isError) return <StateBadge state="failed" label="Not checked" reason={message(check.error)} />;
  if (check.data)
    return check.data.intact ? (
      <StateBadge state="ok" label="Intact" />
    ) : (
      <StateBadge
        state="failed"
        label="Damaged"
        reason={check.data.problem ?? "Its checksum is another one."}
      />
    );
  return (
    <GuardedButton
      variant="subtle"
      size="xs"
      why={why}
      loading={check.isPending}
      aria-label={`Check ${file.name}`}
      onClick={() => check.mutate()}
    >
      Check now
    </GuardedButton>
  );
}
