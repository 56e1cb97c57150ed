import { describe, expect, it } from "vitest";
import { tokens } from "./query";
import { readSelector, selectorQuery, trustsClaims } from "./selector";

const query = (text: string) => {
  const read = readSelector(text);
  return read.ok ? selectorQuery(read.terms) : `column ${read.column}`;
};

describe("a selector", () => {
  it("asks the same as a query", () => {
    expect(query("env = prod, role != edge")).toBe("label.env=prod and not label.role=edge");
    expect(query('role =~ "edge-.*"')).toBe('label.role~"^(?:edge-.*)$"');
    expect(query("reported.os.type=linux")).toBe("reported.os.type=linux");
  });

  it("takes a missing label for the empty text, as the server does", () => {
    expect(query('env = ""')).toBe('(label.env="" or not label.env~"(?s)^.*$")');
    expect(query('role =~ ".*"')).toContain("or not label.role~");
    expect(query('role !~ "x?"')).toMatch(/^not \(/);
  });

  it("never lets a value out of its quotation marks", () => {
    for (const text of ['a = "x\\"y"', 'a =~ "x\\"|y"', 'a != "p q"', 'a = "(and)"']) {
      const made = query(text) ?? "";
      // Each comparison is field, operator, value: nothing else is a token beside joining words.
      const rest = tokens(made).filter(
        ({ kind, text }) => kind === "text" && !["not", "or", "and"].includes(text),
      );
      expect(rest, made).toHaveLength(2);
    }
  });

  it("says where it cannot be read", () => {
    expect(query("")).toBe("column 1");
    expect(query("env")).toBe("column 4");
    expect(query("env = ")).toBe("column 7");
    expect(query("env = prod role = x")).toBe("column 12");
    expect(query('env = "x')).toBe("column 7");
    expect(query("a = b,")).toBe("column 7");
  });

  it("tells claims of hosts from labels", () => {
    const claims = (text: string) => {
      const read = readSelector(text);
      return read.ok && trustsClaims(read.terms);
    };
    expect(claims("env = prod, reported.host.name = a")).toBe(true);
    expect(claims("env = prod")).toBe(false);
  });
});
