// <EntityForm>: the fields of an entity from its schema and text. It holds no value of its own: every change becomes an
// edit of the text, and what the text says is what is shown.
import { type FocusEvent, useMemo, useState } from "react";
import { type Choice, FormContext, type FormError, type FormState } from "./context";
import classes from "./form.module.css";
import { GroupFields } from "./groups";
import { faultsOf } from "./model/check";
import { type Edit, textAt } from "./model/document";
import { formOf } from "./model/fields";
import { type Path, parsePath, pathText, samePath, valueAt } from "./model/path";
import type { SchemaObject } from "./model/schema";
import "../ui/styles";

export interface EntityFormProps {
  schema: SchemaObject;
  /** The whole text and what it says; a broken text keeps the last value that could be read. */
  text: string;
  value: unknown;
  /** Where in the text this form stands; an entity's own form stands at its root. */
  at?: Path;
  onEdit: (edit: Edit, stroke?: string) => void;
  readOnly?: boolean;
  /** Errors of the server, from the root of the text. */
  errors: readonly FormError[];
  choices?: (ref: string) => readonly Choice[];
  prefix: string;
  /** Somebody was in this field, from the root of the text, and left it. */
  onLeave?: (path: Path) => void;
  /** Whether faults are shown that the browser finds by itself; not before somebody began. */
  eager?: boolean;
  /** Of the headings of its sections: one below the heading that stands above the form. */
  level?: 2 | 3;
}

const ROOT: Path = [];
const NO_CHOICES = (): readonly Choice[] => [];

export function EntityForm(props: EntityFormProps) {
  const {
    schema,
    text,
    value,
    at = ROOT,
    onEdit,
    readOnly = false,
    errors,
    prefix,
    eager = true,
    level = 2,
  } = props;
  const { choices = NO_CHOICES } = props;
  const [ways, setWays] = useState<Readonly<Record<string, number>>>({});
  const own = useMemo(() => valueAt(value, at), [value, at]);
  const form = useMemo(() => formOf(schema, own, { ways }), [schema, own, ways]);
  const shown = useMemo(() => {
    const fromServer = errors
      .filter(({ path }) => samePath(path.slice(0, at.length), at))
      .map((error) => ({ ...error, path: error.path.slice(at.length) }));
    return [...fromServer, ...(eager ? ownFaults(schema, own, fromServer) : [])];
  }, [errors, at, eager, schema, own]);
  const state = useMemo<FormState>(
    () => ({
      edit: (edit, stroke) => onEdit(moved(edit, at), stroke),
      readOnly,
      errors: shown,
      choices,
      textOf: (path) => textAt(text, [...at, ...path]),
      pick: (path, way) => setWays((known) => ({ ...known, [pathText(path)]: way })),
      prefix,
      level,
    }),
    [onEdit, at, readOnly, shown, choices, text, prefix, level],
  );
  return (
    <FormContext value={state}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it only sees the focus go */}
      <div
        className={classes.form}
        onBlur={(event) => {
          const place = leftBy(event, prefix);
          if (place) props.onLeave?.([...at, ...place]);
        }}
      >
        <GroupFields group={form} keep={0} />
      </div>
    </FormContext>
  );
}

/** The field that the focus has left; null where it stays in it, or was on a button. */
function leftBy({ target, relatedTarget }: FocusEvent<HTMLElement>, prefix: string): Path | null {
  if (target instanceof HTMLButtonElement) return null;
  const field = target.closest(`[id^="${prefix}-"]`);
  if (!field || (relatedTarget instanceof Node && field.contains(relatedTarget))) return null;
  return parsePath(field.id.slice(prefix.length + 1));
}

/** What the browser finds by itself, where a value stands and the server has said nothing: never "required". */
function ownFaults(schema: SchemaObject, value: unknown, told: readonly FormError[]): FormError[] {
  const faults = faultsOf(schema, value ?? {}, schema);
  return faults.filter(
    ({ path, message }) =>
      path.length > 0 &&
      valueAt(value, path) !== undefined &&
      // The server tells it, once the field was left.
      valueAt(value, path) !== "" &&
      typeof valueAt(value, path) !== "object" &&
      !message.startsWith("It is required") &&
      !told.some((error) => samePath(error.path, path)),
  );
}

const moved = (edit: Edit, at: Path): Edit => ({
  ...edit,
  path: [...at, ...edit.path],
  ...(edit.op === "unset" ? { keep: edit.keep + at.length } : {}),
});
