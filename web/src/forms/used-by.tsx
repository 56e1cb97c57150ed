// Who uses an entity: its routes by their paths, the first of them with a link.

import { placeOf } from "../api/entities";
import { plural } from "../lib/numbers";
import { beginning } from "../lib/text";
import { EntityLink } from "./entity-link";

/** Beyond these the rest is "others". */
const NAMED_MAX = 8;

export function UsedBy({ users }: { users: readonly string[] }) {
  return (
    <>
      Used by {plural(users.length, "route")}:{" "}
      {users.slice(0, NAMED_MAX).map((user, index) => (
        <span key={user}>
          {index > 0 ? ", " : ""}
          <EntityLink path={user}>
            <bdi>{beginning(placeOf(user)?.id)}</bdi>
          </EntityLink>
        </span>
      ))}
      {users.length > NAMED_MAX ? " and others" : ""}
    </>
  );
}
