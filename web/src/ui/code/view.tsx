// The reader of texts; loaded with CodeMirror when a text is first shown. Only the lines on the screen are in the page.
import { foldKeymap } from "@codemirror/language";
import { searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { useEffect, useRef } from "react";
import type { CodeViewProps } from "../code";
import classes from "../code.module.css";
import { look, showLine } from "./look";
import { markSigns, originGutter, redactions, setMarks } from "./marks";
import { NO_MARKS, NO_ORIGINS } from "./types";

export default function Reader({
  text,
  language,
  label,
  marks = NO_MARKS,
  origins = NO_ORIGINS,
  onOrigin,
  wrap = false,
  height,
  goTo,
}: CodeViewProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const press = useRef(onOrigin);
  press.current = onOrigin;
  const pressable = Boolean(onOrigin);

  useEffect(() => {
    if (!host.current) return;
    const made = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: text,
        extensions: [
          pressable
            ? originGutter(origins, (origin) => press.current?.(origin))
            : originGutter(origins, undefined),
          markSigns,
          look(language),
          redactions,
          wrap ? EditorView.lineWrapping : [],
          keymap.of([...searchKeymap, ...foldKeymap]),
          EditorState.readOnly.of(true),
          EditorView.editable.of(false),
          // Not editable, so it has to be made reachable by keyboard.
          EditorView.contentAttributes.of({ "aria-label": label, "aria-readonly": "true", tabindex: "0" }),
        ],
      }),
    });
    view.current = made;
    return () => {
      view.current = null;
      made.destroy();
    };
  }, [text, language, label, origins, pressable, wrap]);

  // After the text: a new view has no marks.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the view is made anew when one of the others changes
  useEffect(() => {
    view.current?.dispatch({ effects: setMarks.of(marks) });
  }, [marks, text, language, label, origins, pressable, wrap]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new text is scrolled as well
  useEffect(() => {
    showLine(view.current, goTo);
  }, [goTo, text]);

  return <div ref={host} className={classes.host} style={{ maxHeight: height }} />;
}
