// A scalar that is typed into a field of text keeps the kind that it had, as long as the text allows.

/** `12` stays a number where a number stood; everything else is a text. */
export function typedScalar(text: string, before: unknown): string | number | boolean {
  if (typeof before === "number" && text.trim() !== "" && Number.isFinite(Number(text))) return Number(text);
  if (typeof before === "boolean" && (text === "true" || text === "false")) return text === "true";
  return text;
}
