import { describe, expect, it } from "vitest";
import {
  addTerm,
  columnOf,
  dropTerm,
  hasTerm,
  isComplete,
  isWritingValue,
  quoted,
  spellOut,
  term,
  toggleTerm,
  tokens,
  without,
} from "./query";
import { complete, type Vocabulary } from "./query-complete";

const TEXTS = [
  "",
  "web",
  "web db",
  "label.env=prod and version<0.150",
  'name="Web One" or host~^a.*z$',
  "(a or b) and not status=disconnected",
  'not (group=edge) "two words" x!=y',
];
const VALUES = ["prod", "Web One", "a=b", "", "and", "(", 'say "hi"', "שלום", "<b>", "x".repeat(300)];

describe("terms of a query", () => {
  it("that is added is there, and taken away leaves the query as it was", () => {
    for (const text of TEXTS)
      for (const value of VALUES) {
        const more = addTerm(text, "label.k", value);
        expect(hasTerm(more, "label.k", value), more).toBe(true);
        expect(addTerm(more, "label.k", value)).toBe(more);
        const parts = text.includes(" or ") && !text.startsWith("(") ? `(${text})` : text;
        const less = dropTerm(more, "label.k", value);
        const squeeze = (query: string) => query.replaceAll(/\s+and\s+|\s+/g, " ");
        expect(squeeze(less)).toBe(squeeze(parts));
      }
  });

  it("takes the place of another value of the same field, and goes by a second click", () => {
    expect(toggleTerm("sync=drifted and web", "sync", "failed")).toBe("web and sync=failed");
    expect(toggleTerm("web and sync=failed", "sync", "failed")).toBe("web");
  });

  it("keeps a choice together before it adds to it", () => {
    expect(addTerm("a or b", "sync", "held")).toBe("(a or b) and sync=held");
  });

  it("never writes a value that the server would read in two", () => {
    for (const value of VALUES) {
      const made = tokens(term("name", value)).filter(({ kind }) => kind === "text");
      expect(made, value).toHaveLength(2);
      expect(tokens(`a=${quoted(value.replaceAll('"', ""))}`).at(-1)?.text).toBe(value.replaceAll('"', ""));
    }
  });

  it("leaves ids out, or says that it cannot", () => {
    expect(without("", ["a"])).toBe("id!=a");
    expect(without("x or y", ["a", "b"])).toBe("(x or y) and id!=a and id!=b");
    expect(without("x", [])).toBe("x");
    expect(
      without(
        "x",
        Array.from({ length: 400 }, (_, n) => `collector-${n}`),
      ),
    ).toBeNull();
  });
});

describe("a short label name", () => {
  it("is written out where it stands for a field, and nowhere else", () => {
    const labels = new Set(["env", "name", "prod"]);
    expect(spellOut("env=prod and name=env", labels)).toBe("label.env=prod and name=env");
    expect(spellOut('env prod "env=prod" (env!="a b")', labels)).toBe(
      'env prod "env=prod" (label.env!="a b")',
    );
    expect(spellOut("label.env=prod stats=x", labels)).toBe("label.env=prod stats=x");
  });
});

describe("a query that is being typed", () => {
  it("is not asked before it is whole", () => {
    for (const text of ["a and", "a=", "(a", '"a', "not", '"']) expect(isComplete(text), text).toBe(false);
    for (const text of ["", "a", "a=b", "(a)", '"a"', 'a="b c"']) expect(isComplete(text), text).toBe(true);
  });

  it("waits for the end of a value, and not for the end of a word", () => {
    for (const text of ["sync=dri", "a and b!=c"]) expect(isWritingValue(text), text).toBe(true);
    for (const text of ["", "web", "sync=drifted ", 'a="b"', "a=b web"])
      expect(isWritingValue(text), text).toBe(false);
  });

  it("shows where the server stopped", () => {
    expect(columnOf("column 6: a value is missing here")).toEqual({
      column: 6,
      why: "a value is missing here",
    });
    expect(columnOf("something else")).toBeNull();
  });
});

describe("completion", () => {
  const known: Vocabulary = {
    values: {
      sync: [
        { value: "drifted", count: 3 },
        { value: "in_sync", count: 40 },
      ],
    },
    labels: [
      {
        key: "env",
        count: 40,
        values: [
          { value: "prod", count: 30 },
          { value: "pre prod", count: 10 },
        ],
      },
      { key: "bad key", count: 1, values: [] },
    ],
  };
  const offered = (text: string) => complete(text, text.length, known).map(({ label }) => label);
  const taken = (text: string, label: string) => {
    const one = complete(text, text.length, known).find((completion) => completion.label === label);
    return one ? text.slice(0, one.from) + one.insert + text.slice(one.to) : null;
  };

  it("offers labels and fields, and no key that cannot be written", () => {
    expect(offered("e")[0]).toBe("label.env=");
    expect(offered("").some((label) => label.includes("bad key"))).toBe(false);
    expect(offered("stat")).toEqual(["status="]);
  });

  it("offers the values of a field or label with how many have them", () => {
    expect(offered("sync=")).toEqual(["drifted", "in_sync"]);
    expect(offered("label.env=pr")).toEqual(["prod", "pre prod"]);
    expect(offered("env=prod and sync=dri")).toEqual(["drifted"]);
    expect(complete("sync=", 5, known)[0]?.hint).toBe("3");
  });

  it("puts what was chosen in the place of what was typed, in quotation marks where it needs them", () => {
    expect(taken("label.env=pre", "pre prod")).toBe('label.env="pre prod"');
    expect(taken('label.env="pre', "pre prod")).toBe('label.env="pre prod"');
    expect(taken("web e", "label.env=")).toBe("web label.env=");
  });

  it("offers to join only after something that can be joined", () => {
    expect(offered("web ").slice(0, 2)).toEqual(["and", "or"]);
    expect(offered("web and ")).not.toContain("and");
    expect(offered("sync=drifted ")).toContain("and");
  });
});
