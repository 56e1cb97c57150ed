// Answers for the bench's page of collectors: a made-up fleet with the order, the filter and the pages that the page asks for.
const COUNT = 100_000;
const PAGE_MAX = 1_000;
const STATUS = ["connected", "connected", "connected", "disconnected"];
const SYNC = ["in_sync", "in_sync", "in_sync", "pending", "drifted", "failed"];
const HEALTH = ["healthy", "healthy", "healthy", "degraded", "failed", "unknown"];
const VERSIONS = ["0.158.0", "0.158.0", "0.151.0", "0.140.0"];
const ZONES = ["eu-central", "eu-west", "us-east", "ap-south"];
const ROLES = ["web", "api", "db", "queue", "edge"];

let fleet;
const lists = new Map();

/** The made-up answer to a call below /api/v1. */
export function answer(request, response) {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://bench");
  const path = pathname.replace("/api/v1/", "");
  const body =
    path === "collectors"
      ? page(searchParams)
      : path === "collectors/facets"
        ? facets(list(searchParams.get("q") ?? "", ""))
        : path === "me"
          ? { kind: "user", id: "bench", name: "bench", role: "admin", permissions: ["collectors:write"] }
          : null;
  response.writeHead(body ? 200 : 404, { "content-type": "application/json" });
  response.end(JSON.stringify(body ?? { title: "There is no such thing", status: 404 }));
}

function page(asked) {
  const found = list(asked.get("q") ?? "", asked.get("sort") ?? "");
  const from = Number(asked.get("cursor")) || 0;
  const to = from + Math.min(PAGE_MAX, Number(asked.get("limit")) || 100);
  return {
    items: found.slice(from, to),
    next_cursor: to < found.length ? String(to) : null,
    total: found.length,
  };
}

/** Reads of the query only `field=value`, joined by `and`, and words of names. */
function list(q, sort) {
  fleet ??= Array.from({ length: COUNT }, (_, index) => collector(index));
  const key = `${q}|${sort}`;
  const known = lists.get(key);
  if (known) return known;
  const terms = q.split(" and ").filter(Boolean);
  const fits = (row) =>
    terms.every((term) => {
      const [field, value] = term.split("=");
      if (value === undefined) return row.name.includes(field);
      return field.startsWith("label.") ? row.labels[field.slice(6)] === value : row[field] === value;
    });
  const found = terms.length > 0 ? fleet.filter(fits) : [...fleet];
  const field = sort.replace("-", "").replace("rate", "in_per_s");
  const way = sort.startsWith("-") ? -1 : 1;
  if (field) found.sort((a, b) => (a[field] < b[field] ? -way : a[field] > b[field] ? way : 0));
  lists.set(key, found);
  return found;
}

function facets(found) {
  const counted = (field) => {
    const counts = {};
    for (const row of found) counts[row[field]] = (counts[row[field]] ?? 0) + 1;
    return counts;
  };
  return {
    as_of: new Date().toISOString(),
    total: found.length,
    status: counted("status"),
    sync: counted("sync"),
    health: counted("health"),
    mode: { opamp: found.length },
    runtime: { otelcol: found.length },
    version: [],
    groups: {},
    labels: [{ key: "env", count: found.length, values: [{ value: "prod", count: found.length }] }],
  };
}

function collector(index) {
  const of = (words, step) => words[Math.floor(index / step) % words.length];
  const name = `${of(ROLES, 1)}-${String(index).padStart(6, "0")}`;
  return {
    id: `01bench${String(index).padStart(9, "0")}`,
    name,
    host: `${name}.example`,
    mode: "opamp",
    runtime: "otelcol",
    tier: "standards",
    version: of(VERSIONS, 3),
    outdated: of(VERSIONS, 3) !== VERSIONS[0],
    status: of(STATUS, 7),
    sync: of(SYNC, 11),
    health: of(HEALTH, 13),
    labels: { env: index % 3 === 0 ? "prod" : "staging", region: of(ZONES, 5), role: of(ROLES, 1) },
    groups: index % 3 === 0 ? ["production"] : [],
    in_per_s: (index * 7919) % 5_000,
    out_per_s: (index * 7907) % 5_000,
    cpu_percent: index % 40,
    memory_bytes: 50_000_000 + ((index * 104_729) % 400_000_000),
    last_seen_at: new Date(Date.now() - (index % 5_000) * 1_000).toISOString(),
  };
}
