// Numbers as people read them: three significant figures, a unit always, and an en dash where nothing is known.

/** What stands where a value is unknown; never 0. */
export const UNKNOWN = "–";

const STEPS: ReadonlyArray<readonly [number, string]> = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
];

/** `1240` → `1.24k`. Three significant figures; small numbers keep theirs; whole numbers below 1,000 stay whole. */
export function short(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return UNKNOWN;
  const size = Math.abs(value);
  for (const [step, letter] of STEPS) {
    // 999.6 rounds up to the next step: 1.00k, not 1000.
    if (size >= step * 0.9995) return `${figures(value / step)}${letter}`;
  }
  if (size > 0 && size < 0.01) return value < 0 ? ">-0.01" : "<0.01";
  return Number.isInteger(value) ? String(value) : figures(value);
}

/** Events per second: `1.24k/s`. A negative rate is a fault of the data and is unknown. */
export function rate(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value) || value < 0) return UNKNOWN;
  return `${short(value)}/s`;
}

/** `0.123` of 1 is not what this takes: percent from 0 to 100, one decimal below 10. */
export function percent(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return UNKNOWN;
  if (value > 0 && value < 0.1) return "<0.1%";
  return `${value < 10 && !Number.isInteger(value) ? value.toFixed(1) : Math.round(value)}%`;
}

const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** Bytes in binary units: `128 MiB`. For memory and files, never for telemetry. */
export function bytes(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value) || value < 0) return UNKNOWN;
  let rest = value;
  let unit = 0;
  while (rest >= 1023.5 && unit < BYTE_UNITS.length - 1) {
    rest /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? Math.round(rest) : figures(rest)} ${BYTE_UNITS[unit]}`;
}

// Made once: a formatter for each call costs more than the call.
const WHOLE = new Intl.NumberFormat("en-US");

/** Whole numbers with separators: `12,431`. */
export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? UNKNOWN : WHOLE.format(value);
}

/** `1 collector`, `2 collectors`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

function figures(value: number): string {
  const size = Math.abs(value);
  if (size >= 99.95) return value.toFixed(0);
  return size >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}
