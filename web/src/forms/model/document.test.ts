import { describe, expect, it } from "vitest";
import { type Edit, edited, lineAt, read, textAt, yamlOf } from "./document";
import { type Path, valueAt } from "./path";

const TEXT = `# What we clean, and why.
name:   Clean logs      # shown in lists
signals: [ logs ]

x-owner: shop    # a key that nobody knows

steps:
  # noise first
  - id: drop-debug
    type: filter
    settings:
      # below this nobody looks
      drop:
        logs:
          - 'log.severity_number < 9'   # INFO


  - id: mask-mail   # personal data
    type: mask
    settings: { fields: [ log.body ], patterns: [ email ] }
# the end
`;

const CRLF_FREE: readonly string[] = [TEXT, "a: 1\n", "steps:\n- id: a\n  # why\n  type: x\n- id: b\n"];
const comments = (text: string) => [...text.matchAll(/#[^\n]*/g)].map(([one]) => one.trim()).sort();
const value = (text: string) => {
  const known = read(text);
  if (!known.ok) throw new Error(known.message);
  return known.value;
};

/** A small generator with a seed: the same edits in every run. */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

describe("a text under a form", () => {
  it("is left alone, byte for byte, by an edit that changes nothing", () => {
    expect(edited(TEXT, { op: "set", path: ["name"], value: "Clean logs" })).toBe(TEXT);
    for (const text of CRLF_FREE)
      expect(edited(text, { op: "unset", path: ["nothing"], keep: 0 })).toBe(text);
  });

  it("changes only the line of the value", () => {
    const after = edited(TEXT, { op: "set", path: ["steps", 1, "id"], value: "mask-all" });
    const [old, fresh] = [TEXT.split("\n"), after.split("\n")];
    expect(fresh.length).toBe(old.length);
    const changed = old.flatMap((line, at) => (line === fresh[at] ? [] : [[line, fresh[at]]]));
    expect(changed).toEqual([["  - id: mask-mail   # personal data", "  - id: mask-all # personal data"]]);
  });

  it("keeps every comment and every unknown key through any sequence of edits of values", () => {
    const places: Path[] = [
      ["name"],
      ["steps", 0, "settings", "drop", "logs", 0],
      ["steps", 0, "settings", "on_error"],
      ["steps", 1, "settings", "replacement"],
      ["steps", 1, "settings", "custom", 0, "pattern"],
      ["parameters", "level", "type"],
    ];
    const words = [
      "x",
      "two words",
      "a # b",
      "yes",
      "12",
      "{{level}}",
      "line\nline",
      "'",
      '"',
      ": ",
      "",
      "ü",
    ];
    for (let seed = 1; seed <= 25; seed += 1) {
      const next = chance(seed);
      let text = TEXT;
      for (let turn = 0; turn < 12; turn += 1) {
        const path = places[next(places.length)] ?? [];
        const word = words[next(words.length)];
        const remove = next(4) === 0 && path.at(-1) !== 0;
        const edit: Edit = remove ? { op: "unset", path, keep: 0 } : { op: "set", path, value: word };
        const before = value(text);
        text = edited(text, edit);
        const after = value(text);
        if (!remove) expect(valueAt(after, path)).toBe(word);
        else expect(valueAt(after, path)).toBeUndefined();
        expect(after["x-owner"]).toBe("shop");
        for (const comment of comments(TEXT)) expect(text).toContain(comment);
        // Nothing but the way to the place changed.
        expect({ ...after, [String(path[0])]: null }).toEqual({ ...before, [String(path[0])]: null });
      }
    }
  });

  it("moves, inserts and removes elements with what is said beside them", () => {
    const moved = edited(TEXT, { op: "move", path: ["steps"], from: 1, to: 0 });
    expect((value(moved).steps as Array<{ id: string }>).map(({ id }) => id)).toEqual([
      "mask-mail",
      "drop-debug",
    ]);
    expect(comments(moved)).toEqual(comments(TEXT));
    const more = edited(TEXT, { op: "insert", path: ["steps"], index: 1, value: { id: "b", type: "batch" } });
    expect((value(more).steps as unknown[]).length).toBe(3);
    expect(comments(more)).toEqual(comments(TEXT));
    const less = edited(more, { op: "remove", path: ["steps"], index: 1 });
    expect(value(less)).toEqual(value(TEXT));
    expect(comments(less)).toEqual(comments(TEXT));
  });

  it("keeps the words of a list that stay, and what is said about them", () => {
    const text = "patterns:\n- email # the shop's\n- phone\n";
    const after = edited(text, { op: "words", path: ["patterns"], value: ["iban", "email"] });
    expect(value(after)).toEqual({ patterns: ["iban", "email"] });
    expect(after).toContain("- email # the shop's");
  });

  it("makes the mappings on the way, also where an empty value stands", () => {
    for (const text of ["type: otlp\n", "type: otlp\nsettings:\n", "type: otlp\nsettings: # later\n"]) {
      const after = edited(text, { op: "set", path: ["settings", "tls", "cert_file"], value: "/a.pem" });
      expect(value(after)).toEqual({ type: "otlp", settings: { tls: { cert_file: "/a.pem" } } });
      expect(comments(after)).toEqual(comments(text));
    }
    expect(value(edited("", { op: "set", path: ["name"], value: "x" }))).toEqual({ name: "x" });
  });

  it("takes away what became empty, as far as it may", () => {
    const text = "type: otlp\nsettings:\n  tls:\n    ca_file: /a\n";
    const path = ["settings", "tls", "ca_file"];
    expect(value(edited(text, { op: "unset", path, keep: 0 }))).toEqual({ type: "otlp" });
    expect(value(edited(text, { op: "unset", path, keep: 2 }))).toEqual({
      type: "otlp",
      settings: { tls: {} },
    });
  });

  it("comes back the same through a form: what is written is what is read", () => {
    const values = [{ a: { b: [1, 2.5, true, "x: y", null, "yes", "1e3", "#"] } }, value(TEXT), {}];
    for (const one of values) expect(value(yamlOf(one))).toEqual(one);
  });

  it("is not touched while it cannot be read, and says on which line", () => {
    const broken = "name: a\nsteps: [\n  - x\nsignals: ]\n";
    const known = read(broken);
    expect(known.ok).toBe(false);
    if (!known.ok) expect(known.line).toBeGreaterThan(1);
    expect(edited(broken, { op: "set", path: ["name"], value: "b" })).toBe(broken);
    const twice = read("name: a\nname: b\n");
    expect(twice.ok === false && twice.line).toBe(2);
    expect(read("- a\n").ok).toBe(false);
  });

  it("is not touched where anchors make one node stand in two places", () => {
    const text = "a: &x {b: 1}\nc: *x\n";
    const known = read(text);
    expect(known.ok && known.locked).toContain("anchors");
    expect(edited(text, { op: "set", path: ["a", "b"], value: 2 })).toBe(text);
  });

  it("gives and takes a part as YAML with its comments", () => {
    const part = textAt(TEXT, ["steps", 0, "settings"]);
    expect(part).toContain("# below this nobody looks");
    const after = edited(TEXT, {
      op: "write",
      path: ["steps", 0, "settings"],
      text: "# new\ndrop:\n  logs: [a]\n",
    });
    expect(valueAt(value(after), ["steps", 0, "settings"])).toEqual({ drop: { logs: ["a"] } });
    expect(after).toContain("# new");
  });

  it("writes what is new as the rest is written", () => {
    const add = (text: string) =>
      edited(edited(text, { op: "insert", path: ["steps"], index: 0, value: { id: "a" } }), {
        op: "set",
        path: ["steps", 0, "settings", "drop", "logs"],
        value: ["x"],
      });
    expect(add("steps: []\n")).toBe("steps:\n- id: a\n  settings:\n    drop:\n      logs:\n      - x\n");
    const wide = add("other:\n    a:\n      - 1\nsteps: []\n");
    expect(wide).toMatch(/^other:\n {4}a:\n {6}- 1\nsteps:\n +- id: a\n( +)settings:\n\1 {4}drop:\n/);
    const twice = edited(add("steps: []\n"), { op: "insert", path: ["steps"], index: 1, value: { id: "b" } });
    expect(twice).toContain("\n- id: b\n");
  });

  it("renames a key in its place", () => {
    const after = edited("h:\n  a: 1 # one\n  b: 2\n", { op: "rename", path: ["h"], from: "a", to: "z" });
    expect(after).toBe("h:\n  z: 1 # one\n  b: 2\n");
    expect(edited(after, { op: "rename", path: ["h"], from: "z", to: "b" })).toBe(after);
  });

  it("finds the line of a place, or of what is nearest above it", () => {
    expect(lineAt(TEXT, ["steps", 1, "type"])).toBe(19);
    expect(lineAt(TEXT, ["steps", 0, "settings", "gone", 3])).toBe(11);
    expect(lineAt(TEXT, ["nothing"])).toBeNull();
  });
});
