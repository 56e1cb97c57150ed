// Parts in their own words: YAML inside a form, and what a form cannot show, which is left as it is.

import { Button, Textarea } from "@mantine/core";
import { useState } from "react";
import { beginning } from "../lib/text";
import { errorAt, fieldId, useForm } from "./context";
import { Framed } from "./field";
import classes from "./form.module.css";
import { read } from "./model/document";
import type { Field } from "./model/fields";

/** A mapping or list as YAML. The text goes into the entity whenever it can be read. */
export function YamlView({ field, keep }: { field: Field; keep: number }) {
  const { edit, readOnly, textOf } = useForm();
  const [typed, setTyped] = useState<string | null>(null);
  const known = field.set ? textOf(field.path) : "";
  const text = typed ?? known;
  const fault = typed === null ? null : faultOf(typed);
  const take = (next: string) => {
    setTyped(next);
    if (next.trim() === "") edit({ op: "unset", path: field.path, keep }, "yaml");
    else if (faultOf(next) === null) edit({ op: "write", path: field.path, text: next }, "yaml");
  };
  return (
    <Framed field={field} keep={keep}>
      {(id, described) => (
        <>
          <Textarea
            id={id}
            aria-describedby={described}
            disabled={readOnly}
            autosize
            minRows={3}
            maxRows={24}
            spellCheck={false}
            classNames={{ input: classes.code ?? "" }}
            value={text}
            error={fault !== null}
            onChange={(event) => take(event.currentTarget.value)}
            onBlur={() => setTyped((now) => (now !== null && faultOf(now) !== null ? now : null))}
          />
          {fault ? (
            <div className={classes.error} role="alert">
              Not readable as YAML, so not taken over yet. {fault}
            </div>
          ) : null}
        </>
      )}
    </Framed>
  );
}

/** Why a part cannot be read; a list is a part as well. */
function faultOf(text: string): string | null {
  const whole = text
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
  const known = read(`part:\n${whole}\n`);
  return known.ok ? null : `Line ${Math.max(1, known.line - 1)}: ${known.message}`;
}

/** What this form has no field for: shown, kept, and changed only in the YAML. */
export function OpaqueView({ field, keep }: { field: Field; keep: number }) {
  const { edit, readOnly, textOf, errors, prefix } = useForm();
  const error = errorAt(errors, field.path);
  return (
    <div className={classes.opaque} id={fieldId(prefix, field.path)}>
      <div className={classes.labelRow}>
        <span className={classes.label}>
          <bdi>{beginning(field.title)}</bdi>
        </span>
        <Button
          variant="subtle"
          color="gray"
          size="compact-xs"
          disabled={readOnly}
          onClick={() => edit({ op: "unset", path: field.path, keep })}
        >
          Remove<span className="only-read"> {field.title}</span>
        </Button>
      </div>
      <pre className={classes.opaqueText}>{textOf(field.path).slice(0, 4_000)}</pre>
      {error ? <div className={classes.error}>{error}</div> : null}
      <div className={classes.help}>
        This form has no field for it. It stays as it is; change it in the YAML.
      </div>
    </div>
  );
}
