// The foot of a list that comes in pages: how many are shown, and the next page.
import { Button } from "@mantine/core";
import { count } from "../lib/numbers";
import classes from "./more.module.css";

interface Pages {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

export function More({
  pages,
  shown,
  total,
}: {
  pages: Pages;
  shown: number;
  total?: number | null | undefined;
}) {
  // What stands in the list's place says that there is nothing.
  if (shown === 0 && !pages.hasNextPage) return null;
  return (
    <div className={classes.more}>
      <span className="quiet num" role="status">
        {typeof total === "number" && total >= shown
          ? `${count(shown)} of ${count(total)}`
          : `${count(shown)} shown`}
      </span>
      <NextPage pages={pages} />
    </div>
  );
}

/** The button for the next page, while there is one. */
export function NextPage({ pages }: { pages: Pages }) {
  if (!pages.hasNextPage) return null;
  return (
    <Button
      variant="default"
      size="xs"
      loading={pages.isFetchingNextPage}
      onClick={() => pages.fetchNextPage()}
    >
      Show more
    </Button>
  );
}
