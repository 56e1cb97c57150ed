// Errors of the server on their fields: `pipelines/clean.yaml: steps[0].settings.drop: …` says the file and the place.
import type { FieldError } from "../../api/client";
import { type Path, parsePath } from "./path";

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

/** "`include` is required" at a mapping belongs to the field that is missing. */
function onField(path: Path, message: string): { path: Path; message: string } {
  const missing = /^`([^`]+)` is required$/.exec(message)?.[1];
  if (missing !== undefined) return { path: [...path, missing], message: "It is required." };
  const unknown = /^unknown key `([^`]+)`/.exec(message)?.[1];
  if (unknown !== undefined && path.at(-1) !== unknown) return { path: [...path, unknown], message };
  return { path, message };
}
