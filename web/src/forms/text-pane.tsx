// The YAML of an entity, in step with its form: errors of the server stand on their lines.
import { useMemo } from "react";
import { CodeEditor } from "../ui/editor";
import { lineAt, read } from "./model/document";
import type { PlacedError } from "./model/errors";

export function TextPane({
  text,
  onChange,
  errors,
  readOnly,
  label,
}: {
  text: string;
  onChange: (text: string) => void;
  errors: readonly PlacedError[];
  readOnly: boolean;
  label: string;
}) {
  const marks = useMemo(() => {
    const known = read(text);
    if (!known.ok) return [{ line: known.line, tone: "bad" as const, text: known.message }];
    return errors.map(({ path, message }) => ({
      line: lineAt(text, path) ?? 1,
      tone: "bad" as const,
      text: message,
    }));
  }, [text, errors]);
  return (
    <CodeEditor
      value={text}
      onChange={onChange}
      diagnostics={marks}
      readOnly={readOnly}
      label={label}
      language="yaml"
      minHeight="320px"
    />
  );
}
