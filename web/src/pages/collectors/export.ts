// The table as a file: page after page of the same filter and order, within a bound, and it can be stopped.
import { type Collector, type CollectorFilter, readCollectors } from "../../api/collectors";
import { csvLine } from "../../lib/csv";

export type ExportFormat = "csv" | "json";

/** Rows of one file; a browser holds it in memory. */
export const EXPORT_ROWS_MAX = 200_000;
const PAGE = 1_000;

const COLUMNS: ReadonlyArray<readonly [string, (row: Collector) => unknown]> = [
  ["id", (row) => row.id],
  ["name", (row) => row.name],
  ["status", (row) => row.status],
  ["sync", (row) => row.sync],
  ["sync_reason", (row) => row.sync_reason],
  ["health", (row) => row.health],
  ["health_reason", (row) => row.health_reason],
  ["mode", (row) => row.mode],
  ["runtime", (row) => row.runtime],
  ["version", (row) => row.version],
  ["outdated", (row) => row.outdated],
  ["tier", (row) => row.tier],
  ["host", (row) => row.host],
  [
    "labels",
    (row) =>
      Object.entries(row.labels ?? {})
        .map(([key, value]) => `${key}=${value}`)
        .join(";"),
  ],
  ["groups", (row) => (row.groups ?? []).join(";")],
  ["in_per_s", (row) => row.in_per_s],
  ["out_per_s", (row) => row.out_per_s],
  ["cpu_percent", (row) => row.cpu_percent],
  ["memory_bytes", (row) => row.memory_bytes],
  ["last_seen_at", (row) => row.last_seen_at],
];

/** The file and whether the bound cut it short. */
export async function exportCollectors(
  format: ExportFormat,
  filter: CollectorFilter,
  sort: string | undefined,
  signal: AbortSignal,
  progress: (rows: number, total: number | null) => void,
): Promise<{ file: Blob; rows: number; cut: boolean }> {
  const parts: string[] = [format === "csv" ? csvLine(COLUMNS.map(([name]) => name)) : "["];
  let rows = 0;
  let cursor: string | null = null;
  do {
    const limit = Math.min(PAGE, EXPORT_ROWS_MAX - rows);
    const page = await readCollectors(filter, { sort, cursor, limit, signal });
    if (format === "csv") parts.push(page.items.map(line).join(""));
    else if (page.items.length > 0)
      parts.push(`${rows > 0 ? "," : ""}\n${page.items.map((row) => JSON.stringify(row)).join(",\n")}`);
    rows += page.items.length;
    cursor = page.items.length === 0 ? null : (page.next_cursor ?? null);
    progress(rows, page.total ?? null);
    signal.throwIfAborted();
  } while (cursor !== null && rows < EXPORT_ROWS_MAX);
  if (format === "json") parts.push("\n]\n");
  const type = format === "csv" ? "text/csv" : "application/json";
  return { file: new Blob(parts, { type }), rows, cut: cursor !== null };
}

function line(row: Collector): string {
  return csvLine(COLUMNS.map(([, value]) => String(value(row) ?? "")));
}

/** Hands a file to the person. */
export function save(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
