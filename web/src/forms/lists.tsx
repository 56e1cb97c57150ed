// Lists and maps: one row for each element, in its order, moved and removed by buttons.

import { ActionIcon, Button, TextInput } from "@mantine/core";
import { ArrowDown, ArrowUp, Plus, Trash2 } from "lucide-react";
import { useId } from "react";
import { beginning } from "../lib/text";
import { errorAt, fieldId, useForm } from "./context";
import { FieldView, HelpLine } from "./field";
import classes from "./form.module.css";
import { GroupFields, Required, strokeOf } from "./groups";
import { type Field, inWords } from "./model/fields";
import { isRecord } from "./model/path";
import { typedScalar } from "./model/scalar";
import { NewKey } from "./new-key";
import { Examples } from "./ottl";

interface Props {
  field: Field;
  keep: number;
}

export function ListView({ field, keep }: Props) {
  const { edit, readOnly, errors, prefix } = useForm();
  const id = useId();
  const error = errorAt(errors, field.path);
  const add = () => edit({ op: "insert", path: field.path, index: field.items.length, value: field.blank });
  return (
    <fieldset
      className={classes.list}
      id={fieldId(prefix, field.path)}
      data-faulty={error ? true : undefined}
      aria-describedby={`${id}-help`}
    >
      <legend className={classes.label}>
        {field.title}
        {field.required ? <Required /> : null}
      </legend>
      {field.items.map((item, index) => (
        <Row key={item.key} list={field} item={item} index={index} keep={keep} />
      ))}
      <div>
        <Button
          variant="default"
          size="xs"
          leftSection={<Plus size={13} aria-hidden />}
          disabled={readOnly}
          onClick={add}
        >
          Add{field.items.length === 0 && field.placeholder ? `, such as ${field.placeholder}` : ""}
          <span className="only-read"> to {field.title}</span>
        </Button>
      </div>
      <Examples field={field} />
      <HelpLine field={field} id={`${id}-help`} error={error} />
    </fieldset>
  );
}

function Row({ list, item, index, keep }: { list: Field; item: Field; index: number; keep: number }) {
  const { edit, readOnly, errors, prefix } = useForm();
  const remove = () =>
    list.items.length === 1
      ? edit({ op: "unset", path: list.path, keep })
      : edit({ op: "remove", path: list.path, index });
  const move = (to: number) => edit({ op: "move", path: list.path, from: index, to });
  const buttons = (
    <div className={classes.rowButtons}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`Move ${item.title} up`}
        disabled={readOnly || index === 0}
        onClick={() => move(index - 1)}
      >
        <ArrowUp size={14} aria-hidden />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`Move ${item.title} down`}
        disabled={readOnly || index === list.items.length - 1}
        onClick={() => move(index + 1)}
      >
        <ArrowDown size={14} aria-hidden />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`Remove ${item.title}`}
        disabled={readOnly}
        onClick={remove}
      >
        <Trash2 size={14} aria-hidden />
      </ActionIcon>
    </div>
  );
  if (item.kind === "group") {
    const error = errorAt(errors, item.path);
    return (
      <div className={classes.card} id={fieldId(prefix, item.path)}>
        <div className={classes.cardHead}>
          <strong>{summaryOf(item) ?? item.title}</strong>
          {buttons}
        </div>
        {error ? <p className={classes.error}>{error}</p> : null}
        <GroupFields group={item} keep={item.path.length} />
      </div>
    );
  }
  return (
    <div className={classes.row} data-bare>
      <div className={classes.rowInput}>
        <FieldView
          field={{
            ...item,
            required: false,
            help: undefined,
            fallback: undefined,
            placeholder: list.placeholder ?? item.placeholder,
          }}
          keep={keep}
        />
      </div>
      {buttons}
    </div>
  );
}

/** The first values of an element, in one line. */
function summaryOf(item: Field): string | undefined {
  if (!isRecord(item.value)) return undefined;
  const parts = Object.values(item.value)
    .filter((value) => typeof value !== "object")
    .slice(0, 2)
    .map(inWords);
  const text = parts.filter(Boolean).join(" · ");
  return text === "" ? undefined : text.slice(0, 60);
}

export function MapView({ field, keep }: Props) {
  const { edit, readOnly, errors, prefix } = useForm();
  const id = useId();
  const entries = isRecord(field.value) ? Object.entries(field.value) : [];
  const error = errorAt(errors, field.path);
  return (
    <fieldset className={classes.list} id={fieldId(prefix, field.path)} aria-describedby={`${id}-help`}>
      <legend className={classes.label}>
        {field.title}
        {field.required ? <Required /> : null}
      </legend>
      {entries.map(([name, value]) => {
        const path = [...field.path, name];
        const fault = errorAt(errors, path);
        return (
          <div key={name} id={fieldId(prefix, path)}>
            <div className={classes.row}>
              <span className={classes.mapKey} title={name}>
                <bdi>{beginning(name)}</bdi>
              </span>
              <TextInput
                className={classes.rowInput ?? ""}
                aria-label={`${name} of ${field.title}`}
                value={String(value)}
                disabled={readOnly}
                spellCheck={false}
                error={fault !== undefined}
                onChange={(event) =>
                  edit(
                    { op: "set", path, value: typedScalar(event.currentTarget.value, value) },
                    `${strokeOf(field)} ${name}`,
                  )
                }
              />
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Remove ${name}`}
                disabled={readOnly}
                onClick={() => edit({ op: "unset", path, keep })}
              >
                <Trash2 size={14} aria-hidden />
              </ActionIcon>
            </div>
            {fault ? <div className={classes.error}>{fault}</div> : null}
          </div>
        );
      })}
      <NewKey
        label={`New key of ${field.title}`}
        placeholder="Key"
        to={field.title}
        isTaken={(key) => entries.some(([one]) => one === key)}
        add={(key) => edit({ op: "set", path: [...field.path, key], value: "" })}
        readOnly={readOnly}
      />
      <HelpLine field={field} id={`${id}-help`} error={error} />
    </fieldset>
  );
}
