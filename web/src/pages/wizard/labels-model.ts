// Labels as people type them: one `key=value` after the other.

export type ReadLabels = { ok: true; labels: Record<string, string> } | { ok: false; why: string };

/** Reads `env=prod, role=web` (commas, spaces or lines between); says what is wrong with the first one that is no label. */
export function readLabels(text: string): ReadLabels {
  const labels = new Map<string, string>();
  for (const part of text.split(/[,\s]+/)) {
    if (part === "") continue;
    const at = part.indexOf("=");
    const [key, value] = [part.slice(0, at), part.slice(at + 1)];
    if (at < 1 || value === "") return { ok: false, why: `Write ${clipped(part)} as key=value.` };
    if (labels.has(key)) return { ok: false, why: `${clipped(key)} is given twice.` };
    labels.set(key, value);
  }
  return { ok: true, labels: Object.fromEntries(labels) };
}

const clipped = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);
