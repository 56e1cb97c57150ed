// The writer of texts; loaded with CodeMirror when it is first shown. The caller owns the text: a text from outside
// replaces only what differs, so that the cursor stays where it was.
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { foldKeymap, indentOnInput } from "@codemirror/language";
import { searchKeymap } from "@codemirror/search";
import { Annotation, Compartment, EditorState } from "@codemirror/state";
import { EditorView, highlightActiveLine, keymap } from "@codemirror/view";
import { useEffect, useRef } from "react";
import classes from "../code.module.css";
import type { CodeEditorProps } from "../editor";
import { look, showLine } from "./look";
import { markSigns, redactions, setMarks } from "./marks";
import { NO_MARKS } from "./types";

const fromOutside = Annotation.define<boolean>();

/** The least replacement that makes `now` of `before`. */
function replacement(before: string, now: string): { from: number; to: number; insert: string } {
  let from = 0;
  const most = Math.min(before.length, now.length);
  while (from < most && before.charCodeAt(from) === now.charCodeAt(from)) from += 1;
  let back = 0;
  while (
    back < most - from &&
    before.charCodeAt(before.length - 1 - back) === now.charCodeAt(now.length - 1 - back)
  )
    back += 1;
  return { from, to: before.length - back, insert: now.slice(from, now.length - back) };
}

export default function Writer({
  value,
  onChange,
  diagnostics = NO_MARKS,
  readOnly = false,
  label,
  language = "yaml",
  minHeight,
  maxHeight,
  goTo,
  onLine,
}: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const locked = useRef(new Compartment());
  const latest = useRef({ value, onChange, onLine, readOnly });
  latest.current = { value, onChange, onLine, readOnly };

  useEffect(() => {
    if (!host.current) return;
    const made = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          markSigns,
          look(language),
          redactions,
          history(),
          indentOnInput(),
          highlightActiveLine(),
          EditorView.lineWrapping,
          // Tab leaves the editor, as everywhere on the page; Ctrl+] and Ctrl+[ indent.
          keymap.of([...searchKeymap, ...foldKeymap, ...historyKeymap, ...defaultKeymap]),
          locked.current.of(EditorState.readOnly.of(latest.current.readOnly)),
          EditorView.contentAttributes.of({ "aria-label": label }),
          EditorView.updateListener.of((update) => {
            const outside = update.transactions.some((transaction) => transaction.annotation(fromOutside));
            if (update.docChanged && !outside) latest.current.onChange?.(update.state.doc.toString());
            if (update.selectionSet)
              latest.current.onLine?.(update.state.doc.lineAt(update.state.selection.main.head).number);
          }),
        ],
      }),
    });
    view.current = made;
    return () => {
      view.current = null;
      made.destroy();
    };
  }, [language, label]);

  useEffect(() => {
    const shown = view.current;
    if (!shown) return;
    const before = shown.state.doc.toString();
    if (before === value) return;
    shown.dispatch({ changes: replacement(before, value), annotations: fromOutside.of(true) });
  }, [value]);

  useEffect(() => {
    view.current?.dispatch({ effects: locked.current.reconfigure(EditorState.readOnly.of(readOnly)) });
  }, [readOnly]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the view is made anew when one of the others changes
  useEffect(() => {
    view.current?.dispatch({ effects: setMarks.of(diagnostics) });
  }, [diagnostics, language, label]);

  useEffect(() => {
    if (showLine(view.current, goTo)) view.current?.focus();
  }, [goTo]);

  return <div ref={host} className={classes.host} style={{ minHeight, maxHeight }} />;
}
