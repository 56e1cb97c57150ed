// A button that says why it cannot be pressed, instead of hiding or keeping still.
import { Button, type ButtonProps } from "@mantine/core";
import type { ReactNode } from "react";
import { Hint } from "./hint";

interface GuardedProps extends ButtonProps {
  /** Why not; null when it may be pressed. */
  why: string | null;
  onClick?: (() => void) | undefined;
  type?: "button" | "submit";
  "aria-label"?: string;
  children: ReactNode;
}

export function GuardedButton({ why, onClick, children, type = "button", ...button }: GuardedProps) {
  if (why === null)
    return (
      <Button {...button} type={type} {...(onClick ? { onClick } : {})}>
        {children}
      </Button>
    );
  const label = button["aria-label"];
  return (
    <Hint text={why}>
      <Button
        {...button}
        {...(label ? { "aria-label": `${label}: ${why}` } : {})}
        type="button"
        data-disabled
        aria-disabled
        onClick={(event) => event.preventDefault()}
      >
        {children}
        <span className="only-read">: {why}</span>
      </Button>
    </Hint>
  );
}
