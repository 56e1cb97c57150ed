// A place inside an entity: `steps[2].settings.drop` as a list of keys and indices, and back.

export type Path = ReadonlyArray<string | number>;

/** `steps[2].settings.drop`; a key with odd characters stands in brackets and quotes. */
export function pathText(path: Path): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else if (/^[A-Za-z_$][\w$-]*$/.test(part)) text += text === "" ? part : `.${part}`;
    else text += `[${JSON.stringify(part)}]`;
  }
  return text;
}

/** Reads what the server writes; what it cannot read is one key. */
export function parsePath(text: string): Path {
  const path: Array<string | number> = [];
  let rest = text.trim();
  while (rest !== "") {
    const part =
      /^\.?\[(\d{1,9})\]/.exec(rest) ??
      /^\.?\[("(?:[^"\\]|\\.)*")\]/.exec(rest) ??
      /^\.?([^.[\]]+)/.exec(rest);
    if (!part?.[1]) return [...path, rest];
    const [whole, key] = part;
    if (whole.includes('["')) path.push(quoted(key));
    else path.push(whole.endsWith("]") ? Number(key) : key);
    rest = rest.slice(whole.length);
  }
  return path;
}

export const samePath = (one: Path, other: Path): boolean =>
  one.length === other.length && one.every((part, at) => part === other[at]);

/** Whether `path` is `root` or lies below it. */
export const isWithin = (path: Path, root: Path): boolean =>
  path.length >= root.length && root.every((part, at) => part === path[at]);

/** What stands at a place of a plain value; undefined where nothing does. */
export function valueAt(value: unknown, path: Path): unknown {
  let here = value;
  for (const part of path) {
    if (typeof here !== "object" || here === null) return undefined;
    if (!Object.hasOwn(here, part)) return undefined;
    here = (here as Record<string | number, unknown>)[part];
  }
  return here;
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function quoted(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}
