// The frame of every screen: title, one primary action at the top right, and what to show while, when nothing, and on errors.
import { Button } from "@mantine/core";
import { RefreshCw, TriangleAlert } from "lucide-react";
import { type ReactNode, useEffect } from "react";
import { Problem } from "../api/client";
import { beginning } from "../lib/text";
import classes from "./page.module.css";
import { Said } from "./said";

/** A screen. `about` is one quiet line under the title; `actions` stand at the top right. */
export function Page({
  title,
  about,
  actions,
  children,
}: {
  title: ReactNode;
  about?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  useEffect(() => {
    if (typeof title === "string") document.title = `${beginning(title, 100)} · LinkMesh`;
  }, [title]);
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <div className={classes.names}>
          <h1 className={classes.title}>{typeof title === "string" ? beginning(title) : title}</h1>
          {about ? <div className={classes.about}>{about}</div> : null}
        </div>
        {actions ? <div className={classes.actions}>{actions}</div> : null}
      </header>
      {children}
    </div>
  );
}

/** A part of a screen with its own heading. */
export function Section({
  title,
  actions,
  children,
}: {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className={classes.section} aria-label={title}>
      <div className={classes.sectionHead}>
        <h2 className={classes.sectionTitle}>{title}</h2>
        {actions}
      </div>
      {children}
    </section>
  );
}

/** Nothing is here yet: what would be, and the next step as a button or command. */
export function Empty({
  title,
  children,
  command,
}: {
  title: string;
  children?: ReactNode;
  command?: string;
}) {
  return (
    <div className={classes.empty}>
      <strong>{title}</strong>
      {children ? <div className="quiet">{children}</div> : null}
      {command ? <code className={classes.command}>{command}</code> : null}
    </div>
  );
}

/** Of the words of an error; a server's are shorter. */
const ERROR_CHARS_MAX = 4_000;

/** What went wrong and what to do, with a way to try again. */
export function ErrorPanel({
  error,
  retry,
  children,
}: {
  error: unknown;
  retry?: () => void;
  children?: ReactNode;
}) {
  return (
    <div className={classes.error} role="alert">
      <TriangleAlert size={16} aria-hidden />
      <div className={classes.errorText}>
        <strong>{error instanceof Problem && error.title ? error.title : "That did not work"}</strong>
        <div>
          <Said text={message(error)} most={ERROR_CHARS_MAX} />
        </div>
        {error instanceof Problem && error.errors.length > 0 ? (
          <ul className={classes.errorList}>
            {error.errors.map((field) => (
              <li key={`${field.path} ${field.message}`}>
                <span className="mono">{field.path}</span>: {field.message}
              </li>
            ))}
          </ul>
        ) : null}
        {children}
      </div>
      {retry ? (
        <Button variant="default" size="xs" leftSection={<RefreshCw size={13} aria-hidden />} onClick={retry}>
          Try again
        </Button>
      ) : null}
    </div>
  );
}

/** The words of an error, whatever was thrown. */
export function message(error: unknown): string {
  return error instanceof Error ? error.message : "Something unexpected happened; reload the page.";
}

/** Gray lines in the shape of what comes, so that nothing jumps. */
export function Skeleton({ lines = 6, height = 20 }: { lines?: number; height?: number }) {
  return (
    <div className={classes.skeleton} role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines have no other identity
        <span key={line} style={{ height, width: `${92 - ((line * 17) % 38)}%` }} />
      ))}
    </div>
  );
}
