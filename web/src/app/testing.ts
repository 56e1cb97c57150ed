// What every component test stands on: the parts of a browser that the test's lacks.
import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";

afterEach(cleanup);
// A condition that holds is met at once; on a busy machine it may take its time.
configure({ asyncUtilTimeout: 10_000 });

globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};

// A text field that grows waits for the fonts.
if (!document.fonts) Object.defineProperty(document, "fonts", { value: new EventTarget() });
