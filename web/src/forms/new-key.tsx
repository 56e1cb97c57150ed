// A key that a person chooses, for a map or for a form whose names are free.
import { Button, TextInput } from "@mantine/core";
import { Plus } from "lucide-react";
import { useState } from "react";
import classes from "./form.module.css";

export function NewKey({
  label,
  placeholder,
  to,
  isTaken,
  add,
  readOnly,
}: {
  label: string;
  placeholder: string;
  /** Where it goes, read aloud with the button where there are several. */
  to?: string;
  isTaken: (key: string) => boolean;
  add: (key: string) => void;
  readOnly: boolean;
}) {
  const [typed, setTyped] = useState("");
  const key = typed.trim();
  const taken = isTaken(key);
  const enter = () => {
    if (key === "" || taken) return;
    add(key);
    setTyped("");
  };
  return (
    <div className={classes.addKey}>
      <TextInput
        size="xs"
        aria-label={label}
        placeholder={placeholder}
        value={typed}
        disabled={readOnly}
        error={taken ? "It is there already." : undefined}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          enter();
        }}
      />
      <Button
        variant="default"
        size="xs"
        leftSection={<Plus size={13} aria-hidden />}
        disabled={readOnly || key === "" || taken}
        onClick={enter}
      >
        Add{to ? <span className="only-read"> to {to}</span> : null}
      </Button>
    </div>
  );
}
