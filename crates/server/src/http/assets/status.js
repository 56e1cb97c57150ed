import { call, fields, make, remember, showError } from "./api.js";

const byId = (id) => document.getElementById(id);
const PAGE = 100;
const EVENTS_SHOWN = 30;
const words = {
  connected: "good", in_sync: "good", healthy: "good", ok: "good",
  pending: "warn", degraded: "warn", held: "warn", warning: "warn",
  failed: "bad", error: "bad", drifted: "drift",
};
let query = new URLSearchParams(location.search).get("q") || "";
let cursor = null;
let soon = null;

start();

async function start() {
  try {
    const me = await call("GET", "me");
    remember(me.csrf_token);
    byId("who").textContent = me.name;
    byId("sign-out").hidden = false;
    byId("sign-in").hidden = true;
    byId("status").hidden = false;
    byId("filter").elements.q.value = query;
    await Promise.all([showServer(), showCollectors(false), showEvents()]);
    listen();
  } catch (problem) {
    if (problem.status !== 401) showError(byId("sign-in"), problem.message);
    byId("sign-in").hidden = false;
    byId("status").hidden = true;
  }
}

byId("sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  showError(byId("sign-in"), "");
  try {
    await call("POST", "session", fields(byId("sign-in")));
    byId("sign-in").reset();
    await start();
  } catch (problem) {
    showError(byId("sign-in"), problem.message);
  }
});

byId("sign-out").addEventListener("click", async () => {
  await call("DELETE", "session").catch(() => {});
  location.assign("/");
});

byId("filter").addEventListener("submit", async (event) => {
  event.preventDefault();
  query = byId("filter").elements.q.value;
  history.replaceState(null, "", query ? "/?q=" + encodeURIComponent(query) : "/");
  await showCollectors(false);
});

byId("more").addEventListener("click", () => showCollectors(true));

async function showServer() {
  const health = await call("GET", "server/health");
  const counts = health.collectors;
  const rows = [
    ["Version", health.version],
    ["Started", when(health.started_at)],
    ["Revision in force", health.revision ? health.revision.slice(0, 12) : "none yet"],
    ["Collectors", `${counts.total} known, ${counts.connected} connected, ${counts.disconnected} disconnected, ${counts.awaiting_connection} awaited`],
    ["Sync", `${counts.in_sync} in sync, ${counts.drifted} drifted, ${counts.failed} failed`],
  ];
  const list = byId("server");
  list.replaceChildren();
  for (const [name, value] of rows) list.append(make("dt", "", name), make("dd", "", value));
  for (const check of health.checks) {
    const value = make("dd");
    value.append(badge(check.status), make("span", "muted", " " + check.message));
    list.append(make("dt", "", check.name), value);
  }
  const notes = [];
  if (health.delivery.frozen) notes.push("All delivery is stopped" + (health.delivery.reason ? ": " + health.delivery.reason : "") + ". Nothing new is offered, but an Alloy still gets back what it ran.");
  if (health.invalid_head) notes.push("Revision " + health.invalid_head.slice(0, 12) + " is not valid; the one before stays in force.");
  byId("banner").hidden = notes.length === 0;
  byId("banner").textContent = notes.join(" ");
}

async function showCollectors(more) {
  const section = byId("collectors").closest("section");
  showError(section, "");
  const ask = new URLSearchParams({ limit: PAGE });
  if (query) ask.set("q", query);
  if (more && cursor) ask.set("cursor", cursor);
  try {
    const page = await call("GET", "collectors?" + ask);
    const rows = page.items.map(row);
    if (more) byId("collectors").append(...rows);
    else byId("collectors").replaceChildren(...rows);
    cursor = page.next_cursor || null;
    byId("more").hidden = !cursor;
    byId("count").textContent = page.total ?? "";
    byId("empty").hidden = query !== "" || byId("collectors").childElementCount > 0;
  } catch (problem) {
    showError(section, problem.message);
  }
}

function row(collector) {
  const line = make("tr");
  const cell = (label, content, hint) => {
    const cell = make("td");
    cell.dataset.label = label;
    cell.append(content);
    if (hint) cell.title = hint;
    line.append(cell);
  };
  cell("Name", make("strong", "", collector.name));
  cell("Status", badge(collector.status));
  cell("Sync", badge(collector.sync), collector.sync_reason);
  cell("Health", badge(collector.health), collector.health_reason);
  cell("Version", collector.version || "–");
  cell("Last seen", collector.last_seen_at ? when(collector.last_seen_at) : "–");
  return line;
}

async function showEvents() {
  const page = await call("GET", "events?limit=" + EVENTS_SHOWN);
  byId("events").replaceChildren(...page.items.map(eventLine));
}

function eventLine(event) {
  const line = make("li");
  const kind = make("span", "badge " + (words[event.severity] || "off"), event.kind.replaceAll("_", " "));
  const text = (event.collector ? event.collector + " " : "") + event.message;
  line.append(make("time", "muted", when(event.at)), kind, make("span", "", text));
  return line;
}

function listen() {
  const source = new EventSource("/api/v1/events");
  source.onopen = () => { byId("live").textContent = "live"; };
  source.onerror = () => { byId("live").textContent = "connection lost, trying again"; };
  source.onmessage = (message) => {
    byId("events").prepend(eventLine(JSON.parse(message.data)));
    while (byId("events").childElementCount > EVENTS_SHOWN) byId("events").lastElementChild.remove();
    // Many events come together; one look afterwards is enough.
    soon ??= setTimeout(async () => {
      soon = null;
      await Promise.all([showServer(), showCollectors(false)]).catch(() => {});
    }, 1000);
  };
}

function badge(word) {
  return make("span", "badge " + (words[word] || "off"), word.replaceAll("_", " "));
}

function when(text) {
  return new Date(text).toLocaleString();
}
