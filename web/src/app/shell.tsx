// The frame around every screen: navigation, who is signed in, the state of the line, unsaved changes.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import { openLine } from "../api/live";
import { type Me, meQuery } from "../api/session";
import { DraftBar } from "../draft/bar";
import { JobPlace } from "../ui/job-place";
import { LineBanner } from "../ui/line-banner";
import { ErrorPanel, Skeleton } from "../ui/page";
import { useKeys } from "./keys";
import { Navigation } from "./navigation-bar";
import { SessionEnded } from "./session-ended";
import classes from "./shell.module.css";
import { SignIn } from "./sign-in";

const Palette = lazy(() => import("./palette"));
const KeyMap = lazy(() => import("./key-map"));

export function Shell() {
  const me = useQuery(meQuery);
  // Who was signed in stays on the page when the session ends: the screen below keeps what was typed.
  const [known, setKnown] = useState<Me | null>(null);
  useEffect(() => {
    if (me.data) setKnown(me.data);
  }, [me.data]);
  const forget = useCallback(() => setKnown(null), []);
  const who = me.data ?? known;

  // Somebody else begins with screens of their own: nothing that the one before typed stands in a field.
  if (who) return <Frame key={who.id} who={who} ended={me.data === null} forget={forget} />;
  if (me.isPending)
    return (
      <div className={classes.wait}>
        <Skeleton lines={4} />
      </div>
    );
  if (me.isError)
    return (
      <div className={classes.wait}>
        <ErrorPanel error={me.error} retry={() => void me.refetch()} />
      </div>
    );
  return <SignIn />;
}

function Frame({ who, ended, forget }: { who: Me; ended: boolean; forget: () => void }) {
  const queries = useQueryClient();
  const [over, setOver] = useState<"search" | "keys" | null>(null);
  useEffect(() => openLine(queries), [queries]);
  useKeys({ search: () => setOver("search"), help: () => setOver("keys") });
  const close = useCallback(() => setOver(null), []);
  return (
    <div className={classes.shell}>
      <a href="#main" className={classes.skip}>
        Skip to the content
      </a>
      <Navigation me={who} search={() => setOver("search")} help={() => setOver("keys")} signedOut={forget} />
      <div className={classes.body}>
        <LineBanner />
        <DraftBar />
        <main id="main" className={classes.main} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      <Suspense fallback={null}>
        {over === "search" ? <Palette onClose={close} /> : null}
        {over === "keys" ? <KeyMap onClose={close} /> : null}
      </Suspense>
      <JobPlace />
      <SessionEnded name={who.name} ended={ended} />
    </div>
  );
}
