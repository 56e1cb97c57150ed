// Where the progress of work on many collectors stands, on every screen. Nothing is loaded before there is such work.
import { lazy, Suspense, useSyncExternalStore } from "react";
import { begunJobs, watchBegun } from "../api/jobs";

const JobPanel = lazy(() => import("./jobs"));

export function JobPlace() {
  const begun = useSyncExternalStore(watchBegun, begunJobs);
  if (begun.length === 0) return null;
  return (
    <Suspense fallback={null}>
      <JobPanel begun={begun} />
    </Suspense>
  );
}
