// Conditions in OTTL to begin with, by what they look at. Pure.
import type { Path } from "./path";

export interface OttlExample {
  title: string;
  text: string;
}

const ATTRIBUTE = "Attribute equals";

const EXAMPLES: Readonly<Record<string, readonly OttlExample[]>> = {
  logs: [
    { title: "Below WARN", text: "log.severity_number < SEVERITY_NUMBER_WARN" },
    { title: "Body contains", text: 'IsMatch(log.body, "health")' },
    { title: ATTRIBUTE, text: 'log.attributes["http.route"] == "/healthz"' },
  ],
  metrics: [
    { title: "Name begins with", text: 'IsMatch(metric.name, "^go_")' },
    { title: "Name equals", text: 'metric.name == "up"' },
    { title: ATTRIBUTE, text: 'datapoint.attributes["job"] == "test"' },
  ],
  traces: [
    { title: "Without an error", text: "span.status.code != STATUS_CODE_ERROR" },
    { title: "Name contains", text: 'IsMatch(span.name, "health")' },
    { title: ATTRIBUTE, text: 'span.attributes["http.route"] == "/healthz"' },
  ],
};

/** What comes first where a condition says what is kept, not what is dropped. */
const KEPT: Readonly<Record<string, OttlExample>> = {
  logs: { title: "WARN and above", text: "log.severity_number >= SEVERITY_NUMBER_WARN" },
  traces: { title: "With an error", text: "span.status.code == STATUS_CODE_ERROR" },
};

/** Examples for a field that takes conditions; none for any other. Its place says which signal they look at. */
export function examplesOf(ottl: string | undefined, path: Path): readonly OttlExample[] {
  if (ottl !== "condition") return [];
  const signal = path.findLast((part) => typeof part === "string" && Object.hasOwn(EXAMPLES, part));
  const key = String(signal ?? "logs");
  const [first, ...others] = EXAMPLES[key] ?? [];
  if (!first) return [];
  return [path.includes("filter") ? (KEPT[key] ?? first) : first, ...others];
}
