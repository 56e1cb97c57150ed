import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { describe, expect, it, vi } from "vitest";
import { QueryBar } from "./query-bar";

const KNOWN = {
  values: { sync: [{ value: "drifted", count: 3 }] },
  labels: [{ key: "env", count: 9, values: [{ value: "prod", count: 7 }] }],
};

function Bar({
  asked,
  fault = null,
  begun = "",
}: {
  asked: (q: string) => void;
  fault?: string | null;
  begun?: string;
}) {
  const [value, setValue] = useState(begun);
  return (
    <QueryBar
      label="Query"
      value={value}
      known={KNOWN}
      fault={fault}
      onChange={(q) => {
        setValue(q);
        asked(q);
      }}
    />
  );
}

describe("the query bar", () => {
  it("spells a label's short name out when it is asked", async () => {
    const asked = vi.fn();
    render(<Bar asked={asked} />);
    const bar = screen.getByRole("combobox", { name: "Query" });
    await userEvent.type(bar, "env=prod and sync=drifted{Enter}");
    expect(asked).toHaveBeenLastCalledWith("label.env=prod and sync=drifted");
    expect(bar).toHaveProperty("value", "label.env=prod and sync=drifted");
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it("completes with the keyboard from what the fleet has", async () => {
    const asked = vi.fn();
    render(<Bar asked={asked} />);
    const bar = screen.getByRole("combobox", { name: "Query" });
    await userEvent.type(bar, "en{ArrowDown}{Enter}");
    expect(bar).toHaveProperty("value", "label.env=");
    expect(screen.getByRole("option", { name: /prod/ }).textContent).toContain("7");
    await userEvent.keyboard("{ArrowDown}{Enter}");
    expect(asked).toHaveBeenCalledWith("label.env=prod");
  });

  it("asks for words when the typing rests, and for nothing that is half written", async () => {
    const asked = vi.fn();
    render(<Bar asked={asked} />);
    await userEvent.type(screen.getByRole("combobox"), "web");
    await waitFor(() => expect(asked).toHaveBeenCalledWith("web"));
    await userEvent.type(screen.getByRole("combobox"), " and");
    await userEvent.tab();
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it("shows the server's words and marks the place", () => {
    render(<Bar asked={() => undefined} begun="web (" fault="column 6: a `)` is missing here" />);
    expect(screen.getByRole("combobox").getAttribute("aria-invalid")).toBe("true");
    expect(screen.getByText(/is missing here/).textContent).toBe("Column 6: a ) is missing here");
    expect(document.querySelector("mark")?.textContent).toBe(" ");
  });
});
