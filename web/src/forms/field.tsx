// One field by its kind: label above, value, help and default below, errors under it.
import { Autocomplete, MultiSelect, Select, Switch, TagsInput, Textarea, TextInput } from "@mantine/core";
import { type ReactNode, useId, useState } from "react";
import { errorAt, fieldId, useForm } from "./context";
import classes from "./form.module.css";
import { GroupView, KeyName, Required, Reset, sentence, strokeOf } from "./groups";
import { ListView, MapView } from "./lists";
import type { Field } from "./model/fields";
import { Examples } from "./ottl";
import { SecretView } from "./secret";
import { OpaqueView, YamlView } from "./yaml-field";

interface Props {
  field: Field;
  keep: number;
}

export function FieldView({ field, keep }: Props) {
  switch (field.kind) {
    case "group":
      return <GroupView field={field} keep={keep} />;
    case "list":
      return <ListView field={field} keep={keep} />;
    case "map":
      return <MapView field={field} keep={keep} />;
    case "yaml":
      return <YamlView field={field} keep={keep} />;
    case "opaque":
      return <OpaqueView field={field} keep={keep} />;
    case "secret":
      return <SecretView field={field} keep={keep} />;
    case "switch":
      return <SwitchView field={field} keep={keep} />;
    default:
      return (
        <Framed field={field} keep={keep}>
          {(id, described) => <Input field={field} keep={keep} id={id} described={described} />}
        </Framed>
      );
  }
}

/** Label, help and error around an input. */
export function Framed({
  field,
  keep,
  children,
}: Props & { children: (id: string, described: string) => ReactNode }) {
  const { errors, prefix } = useForm();
  const id = useId();
  const error = errorAt(errors, field.path);
  return (
    <div className={classes.field} id={fieldId(prefix, field.path)} data-faulty={error ? true : undefined}>
      <div className={classes.labelRow}>
        {field.named ? (
          <KeyName field={field} />
        ) : (
          <label className={classes.label} htmlFor={id}>
            {field.title}
            {field.required ? <Required /> : null}
          </label>
        )}
        {field.named ? <Reset field={{ ...field, required: false }} keep={keep} /> : null}
        {field.fallback !== undefined && !field.named ? <Reset field={field} keep={keep} /> : null}
      </div>
      {children(id, `${id}-help`)}
      {typeof field.path.at(-1) === "number" ? null : <Examples field={field} />}
      <HelpLine field={field} id={`${id}-help`} error={error} />
    </div>
  );
}

export function HelpLine({ field, id, error }: { field: Field; id: string; error: string | undefined }) {
  const unit = field.unit && field.kind === "number" ? ` ${field.unit}` : "";
  return (
    <div id={id} className={classes.below}>
      {error ? (
        <div className={classes.error} role="alert">
          {sentence(error)}
        </div>
      ) : null}
      {field.help ? <span className={classes.help}>{sentence(field.help)} </span> : null}
      {field.fallback !== undefined && field.fallback !== "" ? (
        <span className={classes.help}>
          Default: {field.fallback}
          {unit}.
        </span>
      ) : null}
    </div>
  );
}

interface InputProps extends Props {
  id: string;
  described: string;
}

/** The inputs of one line of text, one word of some, several words, and code. */
function Input({ field, keep, id, described }: InputProps) {
  const { edit, readOnly, choices, errors } = useForm();
  const set = (value: unknown) => edit({ op: "set", path: field.path, value }, strokeOf(field));
  const unset = () => edit({ op: "unset", path: field.path, keep }, strokeOf(field));
  const inList = typeof field.path.at(-1) === "number";
  const text = field.value === undefined ? "" : String(field.value);
  const placeholder = field.placeholder ?? field.fallback;
  const common = {
    id,
    disabled: readOnly,
    "aria-describedby": described,
    "aria-invalid": errorAt(errors, field.path) !== undefined,
    error: errorAt(errors, field.path) !== undefined,
    ...(placeholder === undefined ? {} : { placeholder }),
  };
  const put = (next: string) => (next === "" && !inList && !field.named ? unset() : set(next));
  const words = (next: readonly string[]) =>
    next.length === 0 ? unset() : edit({ op: "words", path: field.path, value: next });
  const list = Array.isArray(field.value) ? field.value.map(String) : [];
  if (field.kind === "choice") {
    const known = field.options.includes(text) || text === "" ? field.options : [...field.options, text];
    return (
      <Select
        {...common}
        data={[...known]}
        value={text === "" ? null : text}
        clearable={!field.required}
        allowDeselect={!field.required}
        onChange={(next) => (next === null ? unset() : set(next))}
      />
    );
  }
  if (field.kind === "choices")
    return (
      <MultiSelect {...common} searchable clearable data={[...field.options]} value={list} onChange={words} />
    );
  if (field.kind === "refs") {
    const known = choices(field.ref ?? "").map(({ value }) => value);
    return <TagsInput {...common} clearable data={[...new Set(known)]} value={list} onChange={words} />;
  }
  if (field.kind === "ref") {
    const known = choices(field.ref ?? "").map(({ value }) => value);
    return <Autocomplete {...common} data={[...new Set(known)]} value={text} onChange={put} />;
  }
  if (field.kind === "code")
    return (
      <Textarea
        {...common}
        autosize
        minRows={1}
        maxRows={12}
        value={text}
        spellCheck={false}
        classNames={{ input: classes.code ?? "" }}
        onChange={(event) => put(event.currentTarget.value)}
      />
    );
  if (field.kind === "number") return <NumberText {...{ field, common, set, put: unset }} />;
  if (field.kind === "any") return <AnyText {...{ field, common, set, unset }} />;
  return (
    <TextInput
      {...common}
      value={text}
      spellCheck={false}
      classNames={field.mono ? { input: classes.code ?? "" } : {}}
      onChange={(event) => put(event.currentTarget.value)}
    />
  );
}

interface Common {
  id: string;
  disabled: boolean;
  placeholder?: string;
  error: boolean;
  "aria-describedby": string;
  "aria-invalid": boolean;
}

/** A number, or a reference or parameter in its place. What is no number yet stays in the field. */
function NumberText({
  field,
  common,
  set,
  put,
}: {
  field: Field;
  common: Common;
  set: (value: unknown) => void;
  put: () => void;
}) {
  const [typed, setTyped] = useState<string | null>(null);
  const known = field.value === undefined ? "" : String(field.value);
  const take = (next: string) => {
    setTyped(next);
    const number = next.trim() === "" ? null : Number(next.replace(",", "."));
    if (number === null) put();
    else if (Number.isFinite(number)) set(number);
    else if (/^(\$\{env:\w+\}|\{\{\s*[\w-]+\s*\}\})$/.test(next.trim())) set(next.trim());
  };
  const bad = typed !== null && typed.trim() !== "" && !isNumeric(typed);
  return (
    <>
      <TextInput
        {...common}
        error={common.error || bad}
        inputMode="decimal"
        value={typed ?? known}
        className={classes.short ?? ""}
        rightSection={field.unit ? <span className={classes.unit}>{field.unit}</span> : null}
        rightSectionWidth={field.unit ? 12 + field.unit.length * 8 : 0}
        rightSectionPointerEvents="none"
        onChange={(event) => take(event.currentTarget.value)}
        onBlur={() =>
          setTyped((text) => (text !== null && text.trim() !== "" && !isNumeric(text) ? text : null))
        }
      />
      {bad ? (
        <div className={classes.error}>It has to be a number, or a reference to what the host sets.</div>
      ) : null}
    </>
  );
}

const isNumeric = (text: string): boolean =>
  Number.isFinite(Number(text.replace(",", "."))) ||
  /^(\$\{env:\w+\}|\{\{\s*[\w-]+\s*\}\})$/.test(text.trim());

/** A value that may be a text, a number, or true or false: the kind stands beside it. */
function AnyText({
  field,
  common,
  set,
  unset,
}: {
  field: Field;
  common: Common;
  set: (value: unknown) => void;
  unset: () => void;
}) {
  const kind =
    typeof field.value === "number" ? "number" : typeof field.value === "boolean" ? "yes or no" : "text";
  const text = field.value === undefined ? "" : String(field.value);
  const as = (next: string | null) => {
    if (next === "number") set(Number.isFinite(Number(text)) ? Number(text) : 0);
    else if (next === "yes or no") set(text === "true");
    else set(text);
  };
  return (
    <div className={classes.any}>
      {kind === "yes or no" ? (
        <Select
          {...common}
          data={["true", "false"]}
          value={text}
          allowDeselect={false}
          onChange={(next) => set(next === "true")}
        />
      ) : kind === "number" ? (
        <NumberText {...{ field, common, set, put: unset }} />
      ) : (
        <TextInput
          {...common}
          value={text}
          spellCheck={false}
          onChange={(event) => (event.currentTarget.value === "" ? unset() : set(event.currentTarget.value))}
        />
      )}
      <Select
        aria-label={`Kind of ${field.title}`}
        data={["text", "number", "yes or no"]}
        value={kind}
        disabled={common.disabled}
        allowDeselect={false}
        className={classes.kind ?? ""}
        onChange={as}
      />
    </div>
  );
}

function SwitchView({ field, keep }: Props) {
  const { edit, readOnly, errors, prefix } = useForm();
  const error = errorAt(errors, field.path);
  const id = useId();
  return (
    <div className={classes.field} id={fieldId(prefix, field.path)}>
      <div className={classes.labelRow}>
        <Switch
          label={field.title}
          aria-describedby={`${id}-help`}
          disabled={readOnly}
          checked={(field.value ?? field.fallbackValue) === true}
          onChange={(event) => edit({ op: "set", path: field.path, value: event.currentTarget.checked })}
        />
        <Reset field={field} keep={keep} />
      </div>
      <HelpLine field={field} id={`${id}-help`} error={error} />
    </div>
  );
}
