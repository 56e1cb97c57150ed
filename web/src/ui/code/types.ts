// What the viewers and the editor of texts are given.
import type { Tone } from "../badges";

export type CodeLanguage = "yaml" | "alloy" | "text";

/** Something about one line: a colored sign in the gutter, its words on hover and for screen readers. */
export interface Mark {
  /** From 1. */
  line: number;
  tone: Tone;
  text: string;
}

/** Where a run of lines comes from: a short label beside its first line, all of it on hover. */
export interface Origin {
  /** First line, from 1. */
  line: number;
  /** Last line, inclusive. */
  to: number;
  /** A few characters: an entity's id, a commit's short hash. */
  label: string;
  title: string;
}

export const NO_MARKS: readonly Mark[] = [];
export const NO_ORIGINS: readonly Origin[] = [];
