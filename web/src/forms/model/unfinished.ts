// Which errors are of something that nobody has begun to write: they wait until the field was left or saving was tried. Pure.
import type { PlacedError } from "./errors";
import { isRecord, isWithin, type Path, valueAt } from "./path";

/** The errors to show. `left` are the places that somebody was in and left. */
export function shownErrors(
  errors: readonly PlacedError[],
  value: unknown,
  left: readonly Path[],
): readonly PlacedError[] {
  const shown = errors.filter(
    ({ path }) =>
      path.length === 0 || !isBlank(valueAt(value, path)) || left.some((place) => isWithin(place, path)),
  );
  return shown.length === errors.length ? errors : shown;
}

function isBlank(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (Array.isArray(value)) return value.every(isBlank);
  return isRecord(value) && Object.values(value).every(isBlank);
}
