// Where in the fleet the picture is: fleet, group, collector.

import { Link } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import type { Topology } from "../../api/topology";
import { beginning } from "../../lib/text";
import classes from "./page.module.css";
import type { TopologySearch } from "./search";

export function Crumbs({ search, topology }: { search: TopologySearch; topology: Topology | undefined }) {
  const { level, id, by, from, signal } = search;
  if (level !== "group" && level !== "collector") return null;
  const keep = signal ? { signal } : {};
  const own = topology?.nodes.find((node) =>
    level === "collector" ? node.id === `collector:${id}` : node.id === `pool:group/${id}`,
  );
  const here = by ? `${by}=${id}` : (own?.name ?? id ?? "");
  return (
    <nav aria-label="Level" className={classes.crumbs}>
      <Link to="/topology" search={{ ...keep, ...(by ? { by } : {}) }}>
        Fleet
      </Link>
      {level === "collector" && from ? (
        <>
          <ChevronRight size={13} aria-hidden />
          <Link to="/topology" search={{ ...keep, level: "group", id: from }}>
            <bdi className="clip">{beginning(from)}</bdi>
          </Link>
        </>
      ) : null}
      <ChevronRight size={13} aria-hidden />
      <span aria-current="page" className="clip" title={here}>
        <bdi>{beginning(here)}</bdi>
      </span>
    </nav>
  );
}
