// The session ended while a page was open: sign in again on top of it, so that nothing typed is lost.
import { useEffect, useRef, useState } from "react";
import { onExpired } from "../api/client";
import classes from "./session-ended.module.css";
import { SignInForm } from "./sign-in";

/** `ended` says that the server knows nobody any more. */
export function SessionEnded({ name, ended }: { name: string; ended: boolean }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [open, setOpen] = useState(false);
  useEffect(() => onExpired(() => setOpen(true)), []);
  useEffect(() => setOpen(ended), [ended]);
  useEffect(() => {
    if (open) {
      dialog.current?.showModal();
      // The name is known; what is missing is the password.
      dialog.current?.querySelector<HTMLElement>("input[type=password]")?.focus();
    } else dialog.current?.close();
  }, [open]);
  return (
    <dialog
      ref={dialog}
      className={classes.dialog}
      aria-labelledby="session-ended"
      onCancel={(event) => event.preventDefault()}
    >
      <h2 id="session-ended" className={classes.title}>
        Your session has ended
      </h2>
      <p className="quiet">Sign in to go on. What you typed is still here.</p>
      {open ? <SignInForm name={name} done={() => setOpen(false)} /> : null}
    </dialog>
  );
}
