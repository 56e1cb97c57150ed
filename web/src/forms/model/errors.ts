// Errors of the server on their fields: `pipelines/clean.yaml: steps[0].settings.drop: …` says the file and the place.
import type { FieldError } from "../../api/client";
import { type Path, parsePath, samePath } from "./path";

export interface PlacedError {
  /** Repository path of the file; null where the server named none. */
  file: string | null;
  path: Path;
  message: string;
}

/** Splits what the server says into file, field and words. */
export function placed(error: FieldError): PlacedError {
  const parts = /^(\S+\.yaml)(?:: ([\s\S]+))?$/.exec(error.path);
  const file = parts?.[1] ?? null;
  const field = file === null ? error.path : (parts?.[2] ?? "");
  return { file, ...onField(parsePath(field), error.message) };
}

/** All of them; what is empty is told once, with what to do. */
export function placedAll(errors: readonly FieldError[]): readonly PlacedError[] {
  const all = errors.map(placed);
  const twin = (one: PlacedError, message: RegExp) =>
    all.some(
      (other) => other.file === one.file && samePath(other.path, one.path) && message.test(other.message),
    );
  return all.flatMap((one) => {
    if (EMPTY_OTTL.test(one.message) && twin(one, EMPTY)) return [];
    if (!EMPTY.test(one.message)) return [one];
    const line = typeof one.path.at(-1) === "number";
    const what = twin(one, EMPTY_OTTL) ? ottlWord(one.path) : "something";
    return [{ ...one, message: line ? `Write ${what}, or remove the line.` : "It must not be empty." }];
  });
}

const EMPTY = /^"" is shorter than 1 character/;
const EMPTY_OTTL = /^is empty/;

/** Lists of statements are called so in the catalog. */
const ottlWord = (path: Path): string => (path.includes("statements") ? "a statement" : "a condition");

/** "`include` is required" at a mapping belongs to the field that is missing. */
function onField(path: Path, message: string): { path: Path; message: string } {
  const missing = /^`([^`]+)` is required$/.exec(message)?.[1];
  if (missing !== undefined) return { path: [...path, missing], message: "It is required." };
  const unknown = /^unknown key `([^`]+)`/.exec(message)?.[1];
  if (unknown !== undefined && path.at(-1) !== unknown) return { path: [...path, unknown], message };
  return { path, message };
}
