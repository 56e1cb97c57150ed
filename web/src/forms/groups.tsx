// Groups of fields: sections, parts that can be there or not, ways that exclude each other, advanced settings folded with
// a count of those that were changed.
import { ActionIcon, Button, SegmentedControl, TextInput } from "@mantine/core";
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { plural } from "../lib/numbers";
import { Hint } from "../ui/hint";
import { errorAt, fieldId, useForm } from "./context";
import { FieldView } from "./field";
import classes from "./form.module.css";
import type { Field } from "./model/fields";
import { isWithin, pathText } from "./model/path";
import { NewKey } from "./new-key";

/** The inside of a group. `keep` is the length of the path below which empty mappings are removed. */
export function GroupFields({ group, keep }: { group: Field; keep: number }) {
  const { errors } = useForm();
  const plain = group.fields.filter(({ advanced, section }) => !advanced && !section);
  const sections = group.fields.filter(({ section }) => section);
  const advanced = group.fields.filter((one) => one.advanced && !one.section);
  const changed = advanced.filter((one) => one.changed > 0).length;
  // Where a section has advanced settings of its own, the others are called something else.
  const inside = sections.some(({ fields }) => fields.some((one) => one.advanced && !one.section));
  const faulty = advanced.some((one) => errors.some(({ path }) => isWithin(path, one.path)));
  return (
    <>
      {group.ways ? <WaysSwitch group={group} keep={keep} /> : null}
      {plain.map((one) => (
        <FieldView key={one.key} field={one} keep={keep} />
      ))}
      {group.adds === undefined ? null : <AddKey group={group} />}
      {sections.map((one) =>
        one.fields.length === 0 && one.adds === undefined ? null : (
          <SectionFields key={one.key} group={one} keep={keep} />
        ),
      )}
      {advanced.length === 0 ? null : (
        <details className={classes.advanced} open={faulty || undefined}>
          <summary>
            {inside ? "More options" : "Advanced settings"}
            <span className="quiet">{changed > 0 ? ` · ${plural(changed, "changed", "changed")}` : ""}</span>
          </summary>
          <div className={classes.folded}>
            {advanced.map((one) => (
              <FieldView key={one.key} field={one} keep={keep} />
            ))}
          </div>
        </details>
      )}
    </>
  );
}

function SectionFields({ group, keep }: { group: Field; keep: number }) {
  const { errors, prefix, level } = useForm();
  const error = errorAt(errors, group.path);
  const Heading = level === 2 ? "h2" : "h3";
  return (
    <section className={classes.section} aria-label={group.title} id={fieldId(prefix, group.path)}>
      <Heading className={classes.sectionTitle}>{group.title}</Heading>
      {group.help ? <p className={classes.help}>{sentence(group.help)}</p> : null}
      {error ? <p className={classes.error}>{error}</p> : null}
      <GroupFields group={group} keep={keep} />
    </section>
  );
}

/** A mapping inside a form, with a frame of its own. */
export function GroupView({ field, keep }: { field: Field; keep: number }) {
  const { errors, prefix, edit, readOnly } = useForm();
  const error = errorAt(errors, field.path);
  const there = field.set;
  const inner = field.optional ? field.path.length : keep;
  return (
    <fieldset className={classes.group} id={fieldId(prefix, field.path)}>
      <legend className={classes.legend}>
        {field.named ? <KeyName field={field} /> : field.title}
        {field.required && !field.named ? <Required /> : null}
      </legend>
      {field.help ? <p className={classes.help}>{sentence(field.help)}</p> : null}
      {error ? <p className={classes.error}>{error}</p> : null}
      {field.optional && !there ? (
        <div>
          <Button
            variant="default"
            size="xs"
            leftSection={<Plus size={13} aria-hidden />}
            disabled={readOnly}
            onClick={() => edit({ op: "set", path: field.path, value: {} })}
          >
            Add {field.title}
          </Button>
        </div>
      ) : (
        <GroupFields group={field} keep={inner} />
      )}
      {(field.optional && there) || field.named ? (
        <div>
          <Button
            variant="subtle"
            color="gray"
            size="compact-xs"
            leftSection={<Trash2 size={13} aria-hidden />}
            disabled={readOnly}
            onClick={() => edit({ op: "unset", path: field.path, keep })}
          >
            Remove {field.title}
          </Button>
        </div>
      ) : null}
    </fieldset>
  );
}

/** Ways that exclude each other. Another way takes what was written for the one before away; that can be undone. */
function WaysSwitch({ group, keep }: { group: Field; keep: number }) {
  const { pick, edit, readOnly } = useForm();
  const { ways } = group;
  if (!ways) return null;
  const change = (index: number) => {
    pick(group.path, index);
    for (const key of ways.options[ways.at]?.keys ?? [])
      if (group.fields.some((one) => one.key === key && one.set))
        edit({ op: "unset", path: [...group.path, key], keep: Math.max(keep, group.path.length) });
  };
  return (
    <div className={classes.ways}>
      <SegmentedControl
        size="xs"
        disabled={readOnly}
        value={String(ways.at)}
        onChange={(next) => change(Number(next))}
        aria-label={group.note ?? "Choose one"}
        data={ways.options.map(({ title }, index) => ({ value: String(index), label: title }))}
      />
      {group.note ? <span className={classes.help}>{sentence(group.note)}</span> : null}
    </div>
  );
}

/** A key that a person chooses. */
function AddKey({ group }: { group: Field }) {
  const { edit, readOnly } = useForm();
  return (
    <NewKey
      label={`New name in ${group.title || "this form"}`}
      placeholder="Name"
      isTaken={(key) => group.fields.some((one) => one.key === key)}
      add={(key) => edit({ op: "set", path: [...group.path, key], value: group.adds })}
      readOnly={readOnly}
    />
  );
}

/** The name of a key that a person chose: renamed when the field is left. */
export function KeyName({ field }: { field: Field }) {
  const { edit, readOnly } = useForm();
  const [key, setKey] = useState<string | null>(null);
  const rename = () => {
    const next = key?.trim() ?? "";
    setKey(null);
    if (next !== "" && next !== field.key)
      edit({ op: "rename", path: field.path.slice(0, -1), from: field.key, to: next });
  };
  return (
    <TextInput
      size="xs"
      className={classes.keyName}
      aria-label={`Name of ${field.key}`}
      disabled={readOnly}
      value={key ?? field.key}
      onChange={(event) => setKey(event.currentTarget.value)}
      onBlur={rename}
      onKeyDown={(event) => {
        if (event.key === "Enter") rename();
      }}
    />
  );
}

/** Says that a value is written down, and takes it away so that the default counts again. */
export function Reset({ field, keep }: { field: Field; keep: number }) {
  const { edit, readOnly } = useForm();
  if (!field.set || field.required || readOnly) return null;
  const to = field.fallback === undefined ? "nothing" : field.fallback;
  return (
    <Hint text={`Back to the default: ${to}`}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="sm"
        aria-label={`Reset ${field.title} to ${to}`}
        onClick={() => edit({ op: "unset", path: field.path, keep })}
      >
        <Trash2 size={13} aria-hidden />
      </ActionIcon>
    </Hint>
  );
}

export const Required = () => (
  <span className={classes.required} title="Required">
    {" *"}
    <span className="only-read"> required</span>
  </span>
);

export function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

export const strokeOf = (field: Field): string => `type ${pathText(field.path)}`;
