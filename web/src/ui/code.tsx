// <CodeView>: a text to read, of any size, with signs beside its lines. The heavy part (ui/code/view.tsx) loads when a
// text is first shown; until then its beginning stands there as plain text.
import { lazy, Suspense } from "react";
import type { CodeLanguage, Mark, Origin } from "./code/types";
import classes from "./code.module.css";

export type { CodeLanguage, Mark, Origin } from "./code/types";

export interface CodeViewProps {
  text: string;
  language: CodeLanguage;
  /** What it is, for screen readers: "Effective configuration of web-1". */
  label: string;
  /** Keep the identity of the array between renders while nothing changes. */
  marks?: readonly Mark[] | undefined;
  /** Where runs of lines come from; keep the identity as well. */
  origins?: readonly Origin[] | undefined;
  onOrigin?: ((origin: Origin) => void) | undefined;
  /** Long lines wrap. */
  wrap?: boolean | undefined;
  /** Greatest height, as CSS; a text that is shorter takes what it needs. */
  height?: string | undefined;
  /** Scrolls to this line, from 1. */
  goTo?: number | null | undefined;
}

const Reader = lazy(() => import("./code/view"));

/** Characters that stand there until the viewer has come. */
const FIRST = 6_000;

export function CodeView({ height = "70vh", ...props }: CodeViewProps) {
  return (
    <div className={classes.frame}>
      <Suspense
        fallback={
          <pre className={classes.plain} style={{ maxHeight: height }}>
            {props.text.slice(0, FIRST)}
          </pre>
        }
      >
        <Reader {...props} height={height} />
      </Suspense>
    </div>
  );
}
