// Signs beside lines: marks with their words, where lines come from, and the places where a credential was taken out.
import { type Extension, RangeSet, StateEffect, StateField, type Text } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  EditorView,
  GutterMarker,
  gutter,
  hoverTooltip,
  MatchDecorator,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";
import type { Mark, Origin } from "./types";

/** Replaces all marks. */
export const setMarks = StateEffect.define<readonly Mark[]>();

const SIGNS = { bad: "!", warn: "!", good: "✓", off: "·", drift: "≠" } as const;

class Sign extends GutterMarker {
  readonly mark: Mark;
  constructor(mark: Mark) {
    super();
    this.mark = mark;
  }
  override eq(other: Sign) {
    return other.mark.tone === this.mark.tone && other.mark.text === this.mark.text;
  }
  override toDOM() {
    const sign = document.createElement("span");
    sign.className = "lm-mark";
    sign.dataset.tone = this.mark.tone;
    sign.textContent = SIGNS[this.mark.tone];
    sign.title = this.mark.text;
    return sign;
  }
}

interface Marked {
  marks: readonly Mark[];
  signs: RangeSet<GutterMarker>;
  lines: DecorationSet;
}

function build(marks: readonly Mark[], doc: Text): Marked {
  const inside = marks
    .filter(({ line }) => line >= 1 && line <= doc.lines)
    .toSorted((one, other) => one.line - other.line);
  return {
    marks: inside,
    signs: RangeSet.of(inside.map((mark) => new Sign(mark).range(doc.line(mark.line).from))),
    lines: Decoration.set(
      inside.map((mark) =>
        Decoration.line({ class: `lm-line-${mark.tone}` }).range(doc.line(mark.line).from),
      ),
    ),
  };
}

const marked = StateField.define<Marked>({
  create: (state) => build([], state.doc),
  update(value, transaction) {
    for (const effect of transaction.effects)
      if (effect.is(setMarks)) return build(effect.value, transaction.newDoc);
    if (!transaction.docChanged) return value;
    // The signs travel with their lines until new ones come.
    return {
      marks: [],
      signs: value.signs.map(transaction.changes),
      lines: value.lines.map(transaction.changes),
    };
  },
  provide: (field) => EditorView.decorations.from(field, ({ lines }) => lines),
});

const words = hoverTooltip((view, position) => {
  const line = view.state.doc.lineAt(position);
  const texts = view.state
    .field(marked)
    .marks.filter((mark) => mark.line === line.number)
    .map(({ text }) => text);
  if (texts.length === 0) return null;
  return { pos: line.from, end: line.to, create: () => tooltip(texts.join("\n")) };
});

function tooltip(text: string) {
  const dom = document.createElement("div");
  dom.textContent = text;
  return { dom };
}

/** Marks that {@link setMarks} fills. */
export const markSigns: Extension = [
  marked,
  gutter({ class: "lm-marks", markers: (view) => view.state.field(marked).signs }),
  words,
];

class From extends GutterMarker {
  readonly origin: Origin;
  readonly press: ((origin: Origin) => void) | undefined;
  constructor(origin: Origin, press: ((origin: Origin) => void) | undefined) {
    super();
    this.origin = origin;
    this.press = press;
  }
  override toDOM() {
    const { label, title } = this.origin;
    const shown = document.createElement("span");
    shown.className = "lm-origin";
    if (this.press) shown.dataset.pressable = "";
    shown.title = title;
    shown.textContent = label;
    return shown;
  }
}

/** A gutter that names where lines come from; pressing one calls `press`. */
export function originGutter(
  origins: readonly Origin[],
  press: ((origin: Origin) => void) | undefined,
): Extension {
  if (origins.length === 0) return [];
  const ordered = origins.toSorted((one, other) => one.line - other.line);
  const at = (line: number) => ordered.findLast((origin) => origin.line <= line && origin.to >= line);
  return [
    gutter({
      class: "lm-origins",
      lineMarker(view, block) {
        const origin = at(view.state.doc.lineAt(block.from).number);
        const first = origin?.line === view.state.doc.lineAt(block.from).number;
        return origin && first ? new From(origin, press) : null;
      },
      domEventHandlers: {
        click(view, block) {
          const origin = at(view.state.doc.lineAt(block.from).number);
          if (origin) press?.(origin);
          return Boolean(origin);
        },
      },
    }),
    hoverTooltip((view, position) => {
      const line = view.state.doc.lineAt(position);
      const origin = at(line.number);
      return origin ? { pos: line.from, create: () => tooltip(origin.title) } : null;
    }),
  ];
}

const hidden = new MatchDecorator({
  regexp: /\[REDACTED\]|<redacted>/g,
  decoration: Decoration.mark({
    class: "lm-redacted",
    attributes: { title: "A credential: stored and delivered, never shown." },
  }),
});

/** Marks the places where a credential was taken out. */
export const redactions = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = hidden.createDeco(view);
    }
    update(update: ViewUpdate) {
      this.decorations = hidden.updateDeco(update, this.decorations);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);
