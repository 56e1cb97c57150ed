// Ids and hashes in little room: shortened in the middle, copied whole by whoever shows them.

/** `0123456789abcdef` → `012345…cdef`. Texts that fit stay. */
export function middle(text: string, most = 14): string {
  if (text.length <= most) return text;
  const head = Math.ceil((most - 1) * 0.6);
  return `${text.slice(0, head)}…${text.slice(text.length - (most - 1 - head))}`;
}

/** The beginning of a text that may be of any length: layout of many ten thousand characters stops the page. */
export function beginning(text: string | null | undefined, most = 1_000): string {
  if (!text || text.length <= most) return text ?? "";
  // Not in the middle of a pair.
  return `${text.slice(0, most).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** `in_sync` → `In sync`. */
export function sentence(word: string): string {
  const text = word.replaceAll(/[_-]/g, " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Where an entity is defined: `Fleet`, `Group edge`, `Collector web-1`. */
export function scopeWords(scope: string | null | undefined): string {
  if (!scope) return "everywhere";
  if (scope === "fleet") return "Fleet";
  const [level, id] = scope.split("/");
  return `${level === "groups" ? "Group" : "Collector"} ${id ?? ""}`;
}

type Given = Readonly<Record<string, string | undefined>>;

/** A command with the options that have a value: `linkmesh events --kind config_failed`. */
export function commandLine(command: string, options: Given): string {
  const given = Object.entries(options).filter(([, value]) => value !== undefined && value !== "");
  return [command, ...given.map(([name, value]) => `${name} ${shellWord(value ?? "")}`)].join(" ");
}

/** A path of the API with the parameters that have a value. */
export function withQuery(path: string, parameters: Given): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value) query.set(name, value);
  return query.size === 0 ? path : `${path}?${query}`;
}

/** A text as one word of a POSIX shell, quoted where it must be: addresses of this page may come from anybody. */
export function shellWord(text: string): string {
  return /^[\w./@:=+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
