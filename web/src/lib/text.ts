// Ids and hashes in little room: shortened in the middle, copied whole by whoever shows them.

/** `0123456789abcdef` → `012345…cdef`. Texts that fit stay. */
export function middle(text: string, most = 14): string {
  if (text.length <= most) return text;
  const head = Math.ceil((most - 1) * 0.6);
  return `${text.slice(0, head)}…${text.slice(text.length - (most - 1 - head))}`;
}

/** `in_sync` → `In sync`. */
export function sentence(word: string): string {
  const text = word.replaceAll(/[_-]/g, " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A text as one word of a POSIX shell, quoted where it must be: addresses of this page may come from anybody. */
export function shellWord(text: string): string {
  return /^[\w./@:=+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
