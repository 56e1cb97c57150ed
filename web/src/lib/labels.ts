// Labels as people type them: `env=prod` a line or separated by commas.

/** The labels, or what is wrong with the text. */
export function labelsOf(text: string): { labels: Record<string, string> } | { fault: string } {
  const labels: Record<string, string> = {};
  for (const part of text.split(/[\n,]/)) {
    const label = part.trim();
    if (label === "") continue;
    const at = label.indexOf("=");
    const key = label.slice(0, at).trim();
    if (at < 0 || key === "") return { fault: `"${label}" is no label: write key=value.` };
    if (key in labels) return { fault: `The key ${key} is there twice.` };
    labels[key] = label.slice(at + 1).trim();
  }
  return { labels };
}
