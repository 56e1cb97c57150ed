// Colors for Grafana Alloy's configuration syntax: blocks, attributes, strings, references.
import { StreamLanguage, type StreamParser } from "@codemirror/language";

interface Reading {
  /** Inside a comment that may span lines. */
  comment: boolean;
  /** Inside a raw string that may span lines. */
  raw: boolean;
}

const parser: StreamParser<Reading> = {
  name: "alloy",
  startState: () => ({ comment: false, raw: false }),
  copyState: (reading) => ({ ...reading }),
  token(stream, reading) {
    if (reading.comment) {
      if (stream.skipTo("*/")) {
        stream.match("*/");
        reading.comment = false;
      } else stream.skipToEnd();
      return "comment";
    }
    if (reading.raw) {
      if (stream.skipTo("`")) {
        stream.next();
        reading.raw = false;
      } else stream.skipToEnd();
      return "string";
    }
    if (stream.eatSpace()) return null;
    if (stream.match("//")) {
      stream.skipToEnd();
      return "comment";
    }
    if (stream.match("/*")) {
      reading.comment = true;
      return "comment";
    }
    if (stream.match("`")) {
      reading.raw = true;
      return "string";
    }
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return "string";
    if (stream.match(/^-?\d[\d_.]*(?:[eE][+-]?\d+)?/)) return "number";
    if (stream.match(/^(?:true|false|null)\b/)) return "bool";
    // A dotted name before a label or a brace opens a block; before an equals sign it is an attribute.
    if (stream.match(/^[A-Za-z_][\w]*(?:\.[A-Za-z_][\w]*)*(?=\s*(?:"[^"]*"\s*)?\{)/)) return "keyword";
    if (stream.match(/^[A-Za-z_]\w*(?=\s*=(?!=))/)) return "propertyName";
    if (stream.match(/^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/)) return "variableName";
    stream.next();
    return null;
  },
  languageData: { commentTokens: { line: "//", block: { open: "/*", close: "*/" } } },
};

export const alloyLanguage = StreamLanguage.define(parser);
