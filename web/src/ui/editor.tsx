// <CodeEditor>: a text to write. The heavy part (ui/code/edit.tsx) loads when it is first shown; what was typed before
// that cannot be lost, because the text lives with the caller.
import { lazy, Suspense } from "react";
import type { CodeLanguage, Mark } from "./code/types";
import classes from "./code.module.css";

export interface CodeEditorProps {
  value: string;
  /** With every change. */
  onChange?: ((value: string) => void) | undefined;
  /** Errors and warnings on lines; keep the identity of the array between renders while nothing changes. */
  diagnostics?: readonly Mark[] | undefined;
  readOnly?: boolean | undefined;
  /** What it is, for screen readers. */
  label: string;
  language?: CodeLanguage | undefined;
  /** As CSS. */
  minHeight?: string | undefined;
  maxHeight?: string | undefined;
  /** Scrolls to this line and puts the cursor there, from 1. */
  goTo?: number | null | undefined;
  /** Calls back with the line of the cursor, from 1. */
  onLine?: ((line: number) => void) | undefined;
}

const Writer = lazy(() => import("./code/edit"));

export function CodeEditor({ minHeight = "240px", maxHeight = "70vh", ...props }: CodeEditorProps) {
  const faulty = props.diagnostics?.some(({ tone }) => tone === "bad");
  return (
    <div className={classes.frame} data-faulty={faulty || undefined}>
      <Suspense
        fallback={
          <pre className={classes.plain} style={{ minHeight, maxHeight }}>
            {props.value.slice(0, 6_000)}
          </pre>
        }
      >
        <Writer {...props} minHeight={minHeight} maxHeight={maxHeight} />
      </Suspense>
    </div>
  );
}
