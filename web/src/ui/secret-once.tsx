// A credential that is shown once: copied or saved now, gone afterwards. With the ready commands and files that hold it.
import { Button } from "@mantine/core";
import { Download, KeyRound } from "lucide-react";
import { CopyButton } from "./copy-button";
import classes from "./secret-once.module.css";

export interface SecretCommand {
  /** What it does: "On the host". */
  label: string;
  text: string;
}

export function SecretOnce({
  token,
  what,
  commands = [],
  files = {},
}: {
  token: string;
  /** "enrollment token". */
  what: string;
  commands?: readonly SecretCommand[];
  files?: Readonly<Record<string, string>>;
}) {
  return (
    <div className={classes.once}>
      <p className={classes.warn} role="status">
        <KeyRound size={15} aria-hidden />
        <span>
          This is the only time that the {what} is shown. Copy it now; whoever has it can use it, so treat it
          like a password.
        </span>
      </p>
      <Block label={`The ${what}`} text={token} />
      {commands.map(({ label, text }) => (
        <Block key={label} label={label} text={text} />
      ))}
      {Object.entries(files).map(([name, text]) => (
        <div key={name} className={classes.file}>
          <span className="mono">{name}</span>
          <span className="quiet">with the token in it</span>
          <CopyButton text={text} what={name} />
          <Button
            variant="default"
            size="xs"
            leftSection={<Download size={13} aria-hidden />}
            onClick={() => save(name, text)}
          >
            Save
          </Button>
        </div>
      ))}
    </div>
  );
}

function Block({ label, text }: { label: string; text: string }) {
  return (
    <section className={classes.block} aria-label={label}>
      <div className={classes.label}>
        <span>{label}</span>
        <CopyButton text={text} what={label.toLowerCase()} />
      </div>
      <pre className={classes.text}>{text}</pre>
    </section>
  );
}

/** Gives a text to the browser as a file. */
export function save(name: string, text: string, type = "text/plain"): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken it by the next turn; kept a while for those that ask where to.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
