// What stands on top of a screen: a dialog in the middle, or a panel at the side. The browser's own <dialog>: it keeps the
// focus inside, closes with Escape and gives the focus back.
import { ActionIcon } from "@mantine/core";
import { X } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef } from "react";
import classes from "./dialog.module.css";

export function Dialog({
  title,
  open,
  onClose,
  side = false,
  wide = false,
  children,
}: {
  title: string;
  open: boolean;
  onClose: () => void;
  /** At the right edge, over the whole height. */
  side?: boolean;
  wide?: boolean;
  children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    if (!element || !open) return;
    if (!element.open) element.showModal();
    // Where somebody types, not the button that closes it.
    element.querySelector<HTMLElement>("input, textarea, select")?.focus();
    return () => element.close();
  }, [open]);
  if (!open) return null;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it; the click is on what lies behind
    <dialog
      ref={dialog}
      className={classes.dialog}
      data-side={side || undefined}
      data-wide={wide || undefined}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <div className={classes.inside}>
        <header className={classes.head}>
          <h2 id={id} className={classes.title}>
            {title}
          </h2>
          <ActionIcon variant="subtle" color="gray" aria-label="Close" onClick={onClose}>
            <X size={16} aria-hidden />
          </ActionIcon>
        </header>
        {children}
      </div>
    </dialog>
  );
}
