// <Chart>: lines over time. uPlot loads when a chart is first shown; its place is kept, and who does not see the picture
// is told the newest, least and greatest value of each line.
import { lazy, Suspense } from "react";
import { UNKNOWN } from "../lib/numbers";
import classes from "./chart.module.css";

export interface ChartLine {
  label: string;
  /** One value for each time; null where nothing is known: a gap, never 0. */
  points: ReadonlyArray<number | null>;
  tone?: "flow" | "action" | "warn" | "bad" | "good" | "off" | "drift" | undefined;
}

export interface ChartProps {
  /** What it shows: "Received and sent, last day". */
  label: string;
  /** Seconds since 1970, increasing. Keep the identity of the arrays between renders while nothing changes. */
  times: readonly number[];
  lines: readonly ChartLine[];
  /** A value with its unit, for axis and legend: `rate`, `percent`, `bytes`. */
  format: (value: number) => string;
  /** Pixels. */
  height?: number | undefined;
}

const Plot = lazy(() => import("./chart/plot"));

export function Chart({ height = 180, ...props }: ChartProps) {
  return (
    <figure className={classes.figure}>
      <figcaption className={classes.caption}>
        <span>{props.label}</span>
        {props.lines.map(({ label, tone = "flow", points }) => (
          <span key={label} className={classes.key}>
            <span className={classes.swatch} style={{ background: `var(--lm-${tone})` }} aria-hidden />
            {label} <span className="num">{newest(points, props.format)}</span>
            <span className="only-read">{extremes(points, props.format)}</span>
          </span>
        ))}
      </figcaption>
      <div style={{ height }} className={classes.plot} aria-hidden>
        <Suspense fallback={null}>
          <Plot {...props} height={height} />
        </Suspense>
      </div>
    </figure>
  );
}

function newest(points: ChartLine["points"], format: ChartProps["format"]): string {
  const last = points.at(-1);
  return last === null || last === undefined ? UNKNOWN : format(last);
}

function extremes(points: ChartLine["points"], format: ChartProps["format"]): string {
  const known = points.filter((point) => point !== null);
  if (known.length === 0) return " now; nothing is known about this time";
  const [least, most] = known.reduce(([low, high], point) => [Math.min(low, point), Math.max(high, point)], [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ] as [number, number]);
  return ` now, at least ${format(least)}, at most ${format(most)}`;
}
