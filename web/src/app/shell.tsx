// The frame around every screen: navigation, who is signed in, the state of the line, unsaved changes.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, Outlet } from "@tanstack/react-router";
import { useEffect } from "react";
import { openLine } from "../api/live";
import { meQuery } from "../api/session";
import { DraftBar } from "../draft/bar";
import { LineBanner } from "../ui/line-banner";
import { ErrorPanel, Skeleton } from "../ui/page";
import { NAVIGATION } from "./navigation";
import { PersonMenu } from "./person";
import { SessionEnded } from "./session-ended";
import classes from "./shell.module.css";
import { SignIn } from "./sign-in";

export function Shell() {
  const queries = useQueryClient();
  const me = useQuery(meQuery);
  const signedIn = Boolean(me.data);
  useEffect(() => (signedIn ? openLine(queries) : undefined), [queries, signedIn]);

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
  if (!me.data) return <SignIn />;
  return (
    <div className={classes.shell}>
      <a href="#main" className={classes.skip}>
        Skip to the content
      </a>
      <nav className={classes.nav} aria-label="Main">
        <Link to="/" className={classes.brand}>
          <img src="/icon.svg" alt="" width={24} height={24} />
          LinkMesh
        </Link>
        {NAVIGATION.map(({ title, items }) => (
          <div key={title} className={classes.area}>
            {title ? <div className={classes.areaTitle}>{title}</div> : null}
            {items.map(({ to, label, icon: Icon }) => (
              <Link
                key={to}
                to={to}
                className={classes.link}
                activeOptions={{ exact: to === "/", includeSearch: false }}
                activeProps={{ "aria-current": "page" }}
              >
                <Icon size={16} aria-hidden strokeWidth={1.75} />
                <span>{label}</span>
              </Link>
            ))}
          </div>
        ))}
        <div className={classes.person}>
          <PersonMenu me={me.data} />
        </div>
      </nav>
      <div className={classes.body}>
        <LineBanner />
        <DraftBar />
        <main id="main" className={classes.main} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      <SessionEnded name={me.data.name} />
    </div>
  );
}
