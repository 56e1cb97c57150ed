// uPlot with our colors. Loaded when the first chart is shown.
import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import Plot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { ChartProps } from "../chart";

/** The least span of time, in seconds: a minute of samples does not fill the width. */
const SHOWN_MIN_S = 600;

/** Seconds between two times on the axis; no less than the minutes that it shows. */
const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1_440].map((minutes) => minutes * 60);

const clock = (seconds: number) =>
  new Date(seconds * 1000).toLocaleTimeString("en-CA", {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });

export default function Drawing({ times, lines, format, height }: ChartProps & { height: number }) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot>(null);
  const scheme = useComputedColorScheme();
  const data = useRef<Plot.AlignedData>([[]]);
  data.current = [times as number[], ...lines.map(({ points }) => points as Array<number | null>)];
  // uPlot takes a lone time for the begin of a day.
  const [only] = times;
  if (only !== undefined && times.length === 1)
    data.current = [[only - SHOWN_MIN_S, only], ...lines.map(({ points }) => [null, points[0] ?? null])];
  // What the plot is made of; numbers alone only redraw.
  const shape = JSON.stringify(lines.map(({ label, tone = "flow" }) => [label, tone]));

  // biome-ignore lint/correctness/useExhaustiveDependencies: another scheme has other colors
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const color = (name: string) => getComputedStyle(element).getPropertyValue(`--lm-${name}`).trim();
    const axis: Plot.Axis = {
      stroke: color("quiet"),
      font: "11px 'Inter Variable', system-ui, sans-serif",
      grid: { stroke: color("line"), width: 1 },
      ticks: { show: false },
    };
    const made = new Plot(
      {
        width: element.clientWidth || 600,
        height,
        legend: { show: false },
        cursor: { drag: { x: false, y: false } },
        scales: {
          x: { range: (_, first, last) => [Math.min(first ?? 0, (last ?? 0) - SHOWN_MIN_S), last ?? 0] },
          y: { range: (_, low, high) => [Math.min(0, low), high > 0 ? high * 1.1 : 1] },
        },
        axes: [
          { ...axis, incrs: STEPS_S, values: (_, splits) => splits.map(clock) },
          { ...axis, size: 64, values: (_, splits) => splits.map(format) },
        ],
        series: [
          {},
          ...(JSON.parse(shape) as Array<[string, string]>).map(([label, tone]) => ({
            label,
            stroke: color(tone),
            width: 1.5,
            spanGaps: false,
            // A lone sample between gaps has no line; uPlot draws points where there is room for them.
            points: { size: 4 },
          })),
        ],
      },
      data.current,
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.current = null;
      made.destroy();
    };
  }, [shape, scheme, height, format]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `data` holds both
  useEffect(() => {
    plot.current?.setData(data.current);
  }, [times, lines]);

  return <div ref={host} />;
}
