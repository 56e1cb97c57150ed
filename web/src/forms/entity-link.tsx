// Links to the editor of an entity by its repository path.

import { Link, useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { placeOf } from "../api/entities";
import { beginning } from "../lib/text";

/** `view` and `step` open the editor at that place. */
export function EntityLink({
  path,
  children,
  step,
  className,
}: {
  path: string;
  children?: ReactNode;
  step?: string | undefined;
  className?: string | undefined;
}) {
  const place = placeOf(path);
  const shown = children ?? <bdi>{beginning(path)}</bdi>;
  const look = className === undefined ? {} : { className };
  if (!place) return <span {...look}>{shown}</span>;
  if (place.kind === "pipelines")
    return (
      <Link
        to="/pipelines/$pipeline"
        params={{ pipeline: place.id }}
        search={step === undefined ? {} : { step }}
        {...look}
      >
        {shown}
      </Link>
    );
  if (place.kind === "groups")
    return (
      <Link to="/groups/$group" params={{ group: place.id }} {...look}>
        {shown}
      </Link>
    );
  return (
    <Link to="/edit/$" params={{ _splat: path.replace(/\.yaml$/, "") }} {...look}>
      {shown}
    </Link>
  );
}

/** Opens the editor of an entity. */
export function useOpenEntity(): (path: string) => void {
  const navigate = useNavigate();
  return (path) => {
    const place = placeOf(path);
    if (place?.kind === "pipelines")
      void navigate({ to: "/pipelines/$pipeline", params: { pipeline: place.id } });
    else if (place?.kind === "groups") void navigate({ to: "/groups/$group", params: { group: place.id } });
    else void navigate({ to: "/edit/$", params: { _splat: path.replace(/\.yaml$/, "") } });
  };
}
