import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { Diff, Patch } from "./diff";

const show = (difference: React.ReactNode) => render(<MantineProvider>{difference}</MantineProvider>);

describe("a difference on the page", () => {
  it("marks the words that differ and says to ears what was removed and added", () => {
    show(<Diff before={"a: 1\nport: 4317\n"} after={"a: 1\nport: 4318\n"} path="x.yaml" />);
    expect(screen.getByText("4317").tagName).toBe("DEL");
    expect(screen.getByText("4318").tagName).toBe("INS");
    expect(screen.getByRole("region", { name: "Difference of x.yaml" }).textContent).toContain(
      "removed: port: 4317",
    );
  });

  it("folds what is unchanged until somebody asks", async () => {
    const lines = Array.from({ length: 60 }, (_, at) => `line ${at}`);
    show(<Diff before={lines.join("\n")} after={lines.with(50, "other").join("\n")} />);
    expect(screen.queryByText("line 10")).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "Show 47 unchanged lines" }));
    expect(screen.getByText("line 10")).toBeTruthy();
  });

  it("brings a large one in parts, and says when it gave up", () => {
    let state = 1;
    const roll = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return (state >>> 16) % 41;
    };
    const make = () => Array.from({ length: 30_000 }, () => `key: ${roll()}`).join("\n");
    show(<Diff before={make()} after={make()} />);
    expect(screen.getByText(/differ too much/)).toBeTruthy();
    // Counted in the page: looking up roles of so many rows takes the test's browser half a minute.
    expect(document.querySelectorAll("tr").length).toBeLessThan(1_200);
    expect(screen.getByText(/^Show 2,000 more of/)).toBeTruthy();
  });

  it("says that nothing differs, and shows markup as text", () => {
    show(<Diff before="same" after="same" />);
    expect(screen.getByText("No difference.")).toBeTruthy();
    show(<Patch text={"@@ -1 +1 @@\n-<b>x</b>\n+<i>y</i>\n"} />);
    expect(document.querySelector("table b, table i")).toBeNull();
  });
});
