// A single form in the middle of an otherwise empty page: signing in, setting up.
import type { ReactNode } from "react";
import classes from "./card.module.css";

export function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className={classes.ground}>
      <div className={classes.card}>
        <div className={classes.brand}>
          <img src="/icon.svg" alt="" width={32} height={32} /> LinkMesh
        </div>
        <h1 className={classes.title}>{title}</h1>
        {children}
      </div>
    </main>
  );
}

/** Fields below each other. */
export const formClass = classes.form;
