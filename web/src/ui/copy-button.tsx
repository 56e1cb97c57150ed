// Copies a text and says so.
import { Button } from "@mantine/core";
import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { copy } from "./values";

export function CopyButton({ text, what, label = "Copy" }: { text: string; what: string; label?: string }) {
  const [state, setState] = useState<"" | "Copied" | "Not copied">("");
  useEffect(() => {
    if (state === "") return;
    const timer = setTimeout(() => setState(""), 2_000);
    return () => clearTimeout(timer);
  }, [state]);
  return (
    <Button
      variant="default"
      size="xs"
      aria-label={`${state || label} ${what}`}
      leftSection={state === "Copied" ? <Check size={13} aria-hidden /> : <Copy size={13} aria-hidden />}
      onClick={() =>
        void copy(text).then(
          () => setState("Copied"),
          () => setState("Not copied"),
        )
      }
    >
      <span aria-live="polite">{state || label}</span>
    </Button>
  );
}
