// Whether two values are equal. Start at `alike`.

/** Equal values all the way down. */
export function alike(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every(
    (key) => Object.hasOwn(b, key) && alike(a[key as keyof typeof a], b[key as keyof typeof b]),
  );
}
