// A small line of recent rates. Unknown points are gaps, never zeros.

/** Fewer points make a stroke, not a line: it would be read as a slope. */
const LINE_LEAST = 3;

/** `points` oldest first. Decoration beside a number that says the same. */
export function Sparkline({
  points,
  width = 64,
  height = 18,
}: {
  points: ReadonlyArray<number | null>;
  width?: number;
  height?: number;
}) {
  const known = points.filter((point): point is number => point !== null && Number.isFinite(point));
  const top = Math.max(...known, 0) || 1;
  const step = points.length > 1 ? width / (points.length - 1) : width;
  let path = "";
  let pen = false;
  points.forEach((point, index) => {
    if (point === null || !Number.isFinite(point)) {
      pen = false;
      return;
    }
    const y = height - 1 - (Math.max(point, 0) / top) * (height - 2);
    path += `${pen ? "L" : "M"}${(index * step).toFixed(1)} ${y.toFixed(1)}`;
    pen = true;
  });
  return (
    <svg
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      aria-hidden="true"
      focusable="false"
    >
      {known.length < LINE_LEAST ? (
        <line
          x1={0}
          x2={width}
          y1={height - 1}
          y2={height - 1}
          stroke="var(--lm-line-strong)"
          strokeDasharray="2 3"
        />
      ) : (
        <path
          d={path}
          fill="none"
          stroke="var(--lm-flow)"
          strokeWidth={1.5}
          strokeLinejoin="round"
          strokeLinecap="round"
        />
      )}
    </svg>
  );
}
