// Where the progress of work on many collectors stands, on every screen: what this browser began, and what a colleague
// runs. The panel is not loaded before there is such work.
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useSyncExternalStore } from "react";
import { begunJobs, jobsQuery, noticeJobs, watchBegun } from "../api/jobs";
import { meQuery, whyNot } from "../api/session";

const JobPanel = lazy(() => import("./jobs"));

export function JobPlace() {
  const begun = useSyncExternalStore(watchBegun, begunJobs);
  const me = useQuery(meQuery).data;
  const { data: jobs } = useQuery({ ...jobsQuery, enabled: whyNot(me, "collectors:read") === null });
  useEffect(() => {
    if (jobs) noticeJobs(jobs);
  }, [jobs]);
  if (begun.length === 0) return null;
  return (
    <Suspense fallback={null}>
      <JobPanel begun={begun} />
    </Suspense>
  );
}
