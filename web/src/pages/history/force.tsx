// Whether a revision is in force, or why it cannot be.
import type { Revision } from "../../api/history";
import { StateBadge } from "../../ui/badges";

export function Force({ revision }: { revision: Revision }) {
  if (revision.invalid) return <StateBadge state="error" label="Not valid" reason={revision.invalid} />;
  return revision.current ? <StateBadge state="ok" label="In force" /> : null;
}
