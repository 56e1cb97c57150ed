// uPlot with our colors. Loaded when the first chart is shown.
import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import Plot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { ChartProps } from "../chart";

export default function Drawing({ times, lines, format, height }: ChartProps & { height: number }) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot>(null);
  const scheme = useComputedColorScheme();
  const data = useRef<Plot.AlignedData>([[]]);
  data.current = [times as number[], ...lines.map(({ points }) => points as Array<number | null>)];
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
        scales: { y: { range: (_, low, high) => [Math.min(0, low), high > 0 ? high * 1.1 : 1] } },
        axes: [axis, { ...axis, size: 64, values: (_, splits) => splits.map(format) }],
        series: [
          {},
          ...(JSON.parse(shape) as Array<[string, string]>).map(([label, tone]) => ({
            label,
            stroke: color(tone),
            width: 1.5,
            spanGaps: false,
            points: { show: false },
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
