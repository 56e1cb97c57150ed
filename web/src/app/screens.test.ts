// Laws over all screens, read from their sources.
import { describe, expect, it } from "vitest";

const SOURCES = import.meta.glob<string>(["../pages/*/*.tsx", "!../pages/*/*.test.tsx"], {
  query: "?raw",
  import: "default",
  eager: true,
});
/** Neither a list nor an entity: what they show is on other screens, or is made on them. */
const WITHOUT = new Set(["overview", "setup", "wizard"]);
/** Frames of lists and editors that have it for their screens. */
const WITH = /<(CopyAs|EntityList|EditorFrame)\b/;

describe("the screens", () => {
  const screens = [...new Set(Object.keys(SOURCES).map((path) => path.split("/")[2] ?? ""))];

  it.each(screens.filter((screen) => !WITHOUT.has(screen)))("%s can be copied as CLI or API", (screen) => {
    const texts = Object.entries(SOURCES).filter(([path]) => path.split("/")[2] === screen);
    expect(texts.some(([, text]) => WITH.test(text))).toBe(true);
  });

  it("put nothing from outside into the page as markup", () => {
    for (const [path, text] of Object.entries(SOURCES))
      expect(/dangerouslySetInnerHTML|innerHTML/.test(text), path).toBe(false);
  });
});
