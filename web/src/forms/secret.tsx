// A credential: it can be set, replaced and removed, never read. A reference names what the host fills in.
import { Button, PasswordInput, SegmentedControl, TextInput } from "@mantine/core";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import { standIn, typedHere } from "../draft/secrets";
import { useForm } from "./context";
import { Framed } from "./field";
import classes from "./form.module.css";
import { strokeOf } from "./groups";
import type { Field } from "./model/fields";
import { isRecord } from "./model/path";
import { isReference } from "./model/schema";

type Way = "value" | "reference";

export function SecretView({ field, keep }: { field: Field; keep: number }) {
  const { edit, readOnly } = useForm();
  const { value } = field;
  const [open, setOpen] = useState(false);
  const [way, setWay] = useState<Way>(typeof value === "string" ? "reference" : "value");
  const typed = typedHere(value);
  const stored = isRecord(value) && "$sealed" in value && typed === null;
  const remove = () => {
    setOpen(false);
    edit({ op: "unset", path: field.path, keep });
  };
  const shown = open || value === undefined;
  return (
    <Framed field={{ ...field, fallback: undefined }} keep={keep}>
      {(id, described) =>
        shown || typeof value === "string" ? (
          <div className={classes.secret}>
            <SegmentedControl
              size="xs"
              value={way}
              disabled={readOnly}
              aria-label={`How ${field.title} is given`}
              onChange={(next) => setWay(next as Way)}
              data={[
                { value: "value", label: "Value" },
                { value: "reference", label: "From the host" },
              ]}
            />
            {way === "value" ? (
              <NewValue
                {...{ id, described }}
                clear={typeof value === "string" && !isReference(value)}
                done={(secret) => {
                  setOpen(false);
                  edit({ op: "set", path: field.path, value: standIn(secret) });
                }}
                {...(open ? { cancel: () => setOpen(false) } : {})}
              />
            ) : (
              <TextInput
                id={id}
                aria-describedby={described}
                disabled={readOnly}
                spellCheck={false}
                classNames={{ input: classes.code ?? "" }}
                placeholder="${env:LOKI_TOKEN}"
                value={typeof value === "string" ? value : ""}
                onChange={(event) => {
                  const text = event.currentTarget.value;
                  if (text === "") edit({ op: "unset", path: field.path, keep }, strokeOf(field));
                  else edit({ op: "set", path: field.path, value: text }, strokeOf(field));
                }}
              />
            )}
          </div>
        ) : (
          <div className={classes.sealed}>
            <KeyRound size={14} aria-hidden />
            <span>
              {stored ? "Set. It is stored sealed and not shown." : null}
              {typed === "known" ? "New value. It is sealed when you save." : null}
              {typed === "lost" ? "A value was typed before the page was loaded anew; type it again." : null}
            </span>
            <Button variant="default" size="xs" disabled={readOnly} onClick={() => setOpen(true)}>
              Replace<span className="only-read"> {field.title}</span>
            </Button>
            <Button variant="subtle" color="gray" size="xs" disabled={readOnly} onClick={remove}>
              Remove<span className="only-read"> {field.title}</span>
            </Button>
          </div>
        )
      }
    </Framed>
  );
}

function NewValue({
  id,
  described,
  clear,
  done,
  cancel,
}: {
  id: string;
  described: string;
  clear: boolean;
  done: (secret: string) => void;
  cancel?: () => void;
}) {
  const { readOnly } = useForm();
  const [secret, setSecret] = useState("");
  return (
    <div className={classes.newSecret}>
      <PasswordInput
        id={id}
        aria-describedby={described}
        disabled={readOnly}
        autoComplete="off"
        placeholder={clear ? "Given in clear in the YAML" : "Type or paste it"}
        value={secret}
        className={classes.rowInput ?? ""}
        onChange={(event) => setSecret(event.currentTarget.value)}
        // A click elsewhere must not lose what was typed.
        onBlur={() => (secret === "" ? undefined : done(secret))}
        onKeyDown={(event) => {
          if (event.key === "Enter" && secret !== "") done(secret);
        }}
      />
      {cancel ? (
        <Button variant="subtle" color="gray" size="xs" onClick={cancel}>
          Cancel
        </Button>
      ) : null}
    </div>
  );
}
