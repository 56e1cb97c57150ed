// How every text looks: the colors of the theme's variables, so that light and dark need nothing more.
import { yamlLanguage } from "@codemirror/lang-yaml";
import {
  codeFolding,
  foldGutter,
  HighlightStyle,
  indentUnit,
  LanguageSupport,
  syntaxHighlighting,
} from "@codemirror/language";
import { highlightSelectionMatches, search } from "@codemirror/search";
import type { Extension } from "@codemirror/state";
import { drawSelection, EditorView, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { alloyLanguage } from "./alloy";
import type { CodeLanguage } from "./types";

const colors = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--lm-action)" },
  { tag: [tags.keyword, tags.typeName, tags.labelName], color: "var(--lm-drift)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--lm-good)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--lm-warn)" },
  { tag: [tags.comment, tags.meta], color: "var(--lm-quiet)", fontStyle: "italic" },
  { tag: tags.invalid, color: "var(--lm-bad)" },
]);

const shape = EditorView.theme({
  "&": { color: "var(--lm-ink)", backgroundColor: "var(--lm-ground)", fontSize: "13px", height: "100%" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mantine-font-family-monospace)", lineHeight: "1.5" },
  ".cm-content": { caretColor: "var(--lm-ink)", padding: "6px 0" },
  ".cm-cursor": { borderLeftColor: "var(--lm-ink)" },
  ".cm-gutters": {
    color: "var(--lm-quiet)",
    backgroundColor: "var(--lm-raised)",
    borderRight: "1px solid var(--lm-line)",
  },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--lm-selected)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "color-mix(in srgb, var(--lm-action) 28%, transparent)",
  },
  ".cm-selectionMatch, .cm-searchMatch": { backgroundColor: "var(--lm-warn-ground)" },
  ".cm-searchMatch-selected": { outline: "1px solid var(--lm-warn)" },
  ".cm-panels": { color: "var(--lm-ink)", backgroundColor: "var(--lm-raised)" },
  ".cm-panels.cm-panels-top": { borderBottom: "1px solid var(--lm-line)" },
  ".cm-panel.cm-search": { padding: "6px 8px", fontFamily: "var(--mantine-font-family)" },
  ".cm-textfield, .cm-button, .cm-panel.cm-search label": { fontSize: "13px" },
  ".cm-textfield": {
    color: "var(--lm-ink)",
    backgroundColor: "var(--lm-ground)",
    border: "1px solid var(--lm-line-strong)",
    borderRadius: "4px",
  },
  ".cm-button": {
    color: "var(--lm-ink)",
    backgroundImage: "none",
    backgroundColor: "var(--lm-ground)",
    border: "1px solid var(--lm-line-strong)",
    borderRadius: "4px",
  },
  ".cm-tooltip": {
    maxWidth: "min(480px, 90vw)",
    padding: "4px 8px",
    color: "var(--lm-ink)",
    backgroundColor: "var(--lm-ground)",
    border: "1px solid var(--lm-line-strong)",
    borderRadius: "6px",
    whiteSpace: "pre-wrap",
    overflowWrap: "anywhere",
  },
  ".cm-foldPlaceholder": {
    color: "var(--lm-quiet)",
    backgroundColor: "var(--lm-off-ground)",
    border: "0",
  },
  ".lm-mark": { display: "inline-block", width: "14px", textAlign: "center", fontWeight: "700" },
  ".lm-mark[data-tone=bad]": { color: "var(--lm-bad)" },
  ".lm-mark[data-tone=warn]": { color: "var(--lm-warn)" },
  ".lm-mark[data-tone=good]": { color: "var(--lm-good)" },
  ".lm-mark[data-tone=off]": { color: "var(--lm-quiet)" },
  ".lm-mark[data-tone=drift]": { color: "var(--lm-drift)" },
  ".lm-line-bad": { backgroundColor: "var(--lm-bad-ground)" },
  ".lm-line-warn": { backgroundColor: "var(--lm-warn-ground)" },
  ".lm-line-good": { backgroundColor: "var(--lm-good-ground)" },
  ".lm-line-off": { backgroundColor: "var(--lm-off-ground)" },
  ".lm-line-drift": { backgroundColor: "var(--lm-drift-ground)" },
  ".lm-origins": { minWidth: "60px", maxWidth: "180px" },
  ".lm-origin": {
    display: "block",
    maxWidth: "172px",
    padding: "0 6px",
    fontSize: "11px",
    overflow: "hidden",
    textOverflow: "ellipsis",
    whiteSpace: "nowrap",
    cursor: "default",
  },
  ".lm-origin[data-pressable]": { color: "var(--lm-action)", cursor: "pointer" },
  ".lm-redacted": {
    padding: "0 4px",
    borderRadius: "4px",
    color: "var(--lm-drift)",
    backgroundColor: "var(--lm-drift-ground)",
  },
});

const LANGUAGES: Record<CodeLanguage, Extension> = {
  yaml: new LanguageSupport(yamlLanguage),
  alloy: new LanguageSupport(alloyLanguage),
  text: [],
};

/** What a viewer and an editor share. */
export function look(language: CodeLanguage): Extension {
  return [
    shape,
    syntaxHighlighting(colors),
    LANGUAGES[language],
    indentUnit.of("  "),
    lineNumbers(),
    codeFolding(),
    language === "yaml" ? foldGutter() : [],
    drawSelection(),
    search({ top: true }),
    highlightSelectionMatches({ minSelectionLength: 3 }),
  ];
}

/** Brings a line to the middle, with the cursor on it; a line that is not there changes nothing. Answers whether it did. */
export function showLine(view: EditorView | null, line: number | null | undefined): boolean {
  if (!view || !line || line > view.state.doc.lines) return false;
  const { from } = view.state.doc.line(line);
  view.dispatch({
    selection: { anchor: from },
    effects: EditorView.scrollIntoView(from, { y: "center" }),
  });
  return true;
}
