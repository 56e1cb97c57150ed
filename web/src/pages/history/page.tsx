// The repository's history, newest first; with a path in the address also who wrote each line of that file.

import { Checkbox, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { useState } from "react";
import { type Revision, revisionsQuery } from "../../api/history";
import { beginning } from "../../lib/text";
import { CopyAs } from "../../ui/copy-as";
import { More } from "../../ui/more";
import { Empty, ErrorPanel, Page, Skeleton } from "../../ui/page";
import "../../ui/styles";
import { Table } from "../../ui/table";
import { Ago, Copied } from "../../ui/values";
import { BlamedFile } from "./blame";
import { Force } from "./force";
import classes from "./history.module.css";

/** Author of the commits that the server makes by itself: collectors that join, labels, archives. */
const SERVER = "LinkMesh";

export default function Screen() {
  const { path } = useSearch({ from: "/shell/history" });
  const revisions = useInfiniteQuery(revisionsQuery);
  const [word, setWord] = useState("");
  const [people, setPeople] = useState(false);
  const all = revisions.data?.pages.flatMap((page) => page.items as Revision[]) ?? [];
  const wanted = word.trim().toLowerCase();
  const shown = all
    .filter(({ author }) => !people || author !== SERVER)
    .filter(
      ({ revision, subject, author }) =>
        revision.startsWith(wanted) ||
        subject.toLowerCase().includes(wanted) ||
        author.toLowerCase().includes(wanted),
    );
  return (
    <Page
      title="History"
      about="Every change of the configuration, as a commit. Collectors that join are commits of the server itself."
      actions={<CopyAs cli="linkmesh get revisions" path="revisions" />}
    >
      {path ? <BlamedFile path={path} /> : null}
      {revisions.isPending ? <Skeleton /> : null}
      {revisions.isError ? (
        <ErrorPanel error={revisions.error} retry={() => void revisions.refetch()} />
      ) : null}
      {revisions.data ? (
        <>
          <div className={classes.bar}>
            <TextInput
              className={classes.filter}
              aria-label="Filter what is shown"
              placeholder="Message, author or the beginning of an id"
              leftSection={<Search size={14} aria-hidden />}
              value={word}
              onChange={(event) => setWord(event.currentTarget.value)}
            />
            <Checkbox
              size="xs"
              label="Only what people did"
              checked={people}
              onChange={(event) => setPeople(event.currentTarget.checked)}
            />
          </div>
          <Table
            label="Revisions"
            rows={shown}
            rowKey={({ revision }) => revision}
            empty={
              <Empty
                title={all.length === 0 ? "Nothing was committed yet" : "No revision shown here matches"}
              >
                {revisions.hasNextPage ? "Older ones are not loaded; show more of them below." : null}
              </Empty>
            }
            columns={[
              {
                id: "subject",
                head: "Change",
                width: 260,
                cell: ({ revision, subject }) => (
                  <Link
                    to="/history/$revision"
                    params={{ revision }}
                    className={classes.subject}
                    title={subject}
                  >
                    <bdi>{beginning(subject || "(no message)")}</bdi>
                  </Link>
                ),
              },
              { id: "state", head: "State", cell: (row) => <Force revision={row} /> },
              {
                id: "author",
                head: "By",
                cell: ({ author }) => (
                  <div className={classes.author} title={author}>
                    <bdi>{beginning(author)}</bdi>
                  </div>
                ),
              },
              { id: "at", head: "When", cell: ({ at }) => <Ago at={at} /> },
              {
                id: "revision",
                head: "Revision",
                cell: ({ revision }) => <Copied text={revision} most={11} what="revision" />,
              },
            ]}
          />
          <More pages={revisions} shown={all.length} total={revisions.data.pages[0]?.total} />
        </>
      ) : null}
    </Page>
  );
}
