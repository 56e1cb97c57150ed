import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { CodeView } from "./code";
import { CodeEditor } from "./editor";

const content = async (label: string) => {
  await screen.findByRole("textbox", { name: label });
  return screen.getByRole("textbox", { name: label });
};

describe("the viewer of texts", () => {
  it("holds only the lines on the screen of a text of a megabyte", async () => {
    const text = Array.from({ length: 30_000 }, (_, at) => `key_${at}: some value that is not short`).join(
      "\n",
    );
    expect(text.length).toBeGreaterThan(1_000_000);
    render(<CodeView text={text} language="yaml" label="Large" />);
    const shown = await content("Large");
    expect(shown.querySelectorAll(".cm-line").length).toBeLessThan(500);
    expect(shown.textContent).toContain("key_0");
  });

  it("marks lines with words, and the places where a credential was taken out", async () => {
    const marks = [{ line: 2, tone: "bad" as const, text: "port in use" }];
    render(<CodeView text={"a: 1\nb: [REDACTED]\n"} language="yaml" label="Marked" marks={marks} />);
    const shown = await content("Marked");
    expect(shown.querySelector(".lm-line-bad")?.textContent).toContain("b:");
    expect(shown.querySelector(".lm-redacted")?.textContent).toBe("[REDACTED]");
    expect(document.querySelector<HTMLElement>(".lm-mark")?.title).toBe("port in use");
  });

  it("shows markup and right-to-left text as text", async () => {
    render(<CodeView text={"name: <img src=x onerror=alert(1)> שלום"} language="alloy" label="Odd" />);
    const shown = await content("Odd");
    expect(shown.querySelector("img")).toBeNull();
    expect(shown.textContent).toContain("<img src=x");
  });
});

describe("the editor of texts", () => {
  it("takes a text from outside without telling it back, and keeps what did not differ", async () => {
    const told: string[] = [];
    const editor = (value: string) => (
      <CodeEditor value={value} onChange={(now) => told.push(now)} label="Edited" />
    );
    const { rerender } = render(editor("a: 1\nb: 2\n"));
    const shown = await content("Edited");
    const first = shown.querySelector(".cm-line");
    rerender(editor("a: 1\nb: 3\n"));
    expect(shown.textContent).toContain("b: 3");
    expect(shown.querySelector(".cm-line")).toBe(first);
    expect(told).toEqual([]);
  });
});
