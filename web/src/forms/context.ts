// What every field of a form needs: how to change the text, the errors of its place, and what ids it may name.
import { createContext, useContext } from "react";
import type { Edit } from "./model/document";
import type { Path } from "./model/path";
import { pathText, samePath } from "./model/path";

export interface FormError {
  path: Path;
  message: string;
}

export interface Choice {
  value: string;
  /** A name beside the id. */
  label?: string | undefined;
}

export interface FormState {
  /** `stroke` groups what is typed into one field. */
  edit: (edit: Edit, stroke?: string) => void;
  readOnly: boolean;
  errors: readonly FormError[];
  /** Ids that a reference may name. */
  choices: (ref: string) => readonly Choice[];
  /** The text of a part, with its comments. */
  textOf: (path: Path) => string;
  /** Picks one of the ways that exclude each other, where nothing is set yet. */
  pick: (path: Path, way: number) => void;
  /** Before every id of an element, so that two forms on one screen do not mix. */
  prefix: string;
  /** Of the headings of its sections. */
  level: 2 | 3;
}

const nothing: FormState = {
  edit: () => undefined,
  readOnly: true,
  errors: [],
  choices: () => [],
  textOf: () => "",
  pick: () => undefined,
  prefix: "form",
  level: 2,
};

export const FormContext = createContext<FormState>(nothing);
export const useForm = (): FormState => useContext(FormContext);

/** The id of a field's element. */
export const fieldId = (prefix: string, path: Path): string => `${prefix}-${pathText(path)}`;

/** The errors that belong to exactly this place. */
export function errorAt(errors: readonly FormError[], path: Path): string | undefined {
  const own = errors.filter((error) => samePath(error.path, path)).map(({ message }) => message);
  return own.length > 0 ? own.join(" ") : undefined;
}

/** Brings a field into view and puts the focus into it; parts that are folded around it open. */
export function jumpTo(prefix: string, path: Path): void {
  for (let length = path.length; length >= 0; length -= 1) {
    const element = document.getElementById(fieldId(prefix, path.slice(0, length)));
    if (!element) continue;
    for (let around = element.parentElement; around; around = around.parentElement)
      if (around instanceof HTMLDetailsElement) around.open = true;
    element.scrollIntoView?.({ block: "center" });
    element.querySelector<HTMLElement>("input, textarea, button, summary")?.focus();
    return;
  }
}
