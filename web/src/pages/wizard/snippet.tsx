// Something to paste or to save: a command, or a whole file.
import { Button } from "@mantine/core";
import { Check, Copy, Download } from "lucide-react";
import { useEffect, useState } from "react";
import { copy } from "../../ui/values";
import classes from "./wizard.module.css";

/** `file` offers to save it under that name. */
export function Snippet({
  title,
  text,
  file,
  wrap,
}: {
  title: string;
  text: string;
  file?: string;
  wrap?: boolean;
}) {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 2_000);
    return () => clearTimeout(timer);
  }, [done]);
  return (
    <div className={classes.snippet} data-wrap={wrap || undefined}>
      <div className={classes.snippetHead}>
        <span>{title}</span>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={done ? <Check size={13} aria-hidden /> : <Copy size={13} aria-hidden />}
          aria-label={done ? `Copied: ${title}` : `Copy: ${title}`}
          onClick={() => void copy(text).then(() => setDone(true))}
        >
          {done ? "Copied" : "Copy"}
        </Button>
        {file ? (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<Download size={13} aria-hidden />}
            aria-label={`Save ${file}`}
            onClick={() => save(file, text)}
          >
            Save
          </Button>
        ) : null}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling text must take the focus */}
      <section className={classes.snippetText} tabIndex={0} aria-label={title}>
        <pre>{text}</pre>
      </section>
    </div>
  );
}

function save(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
