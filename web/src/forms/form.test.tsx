import { MantineProvider } from "@mantine/core";
import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { describe, expect, it } from "vitest";
import { typedHere } from "../draft/secrets";
import { EntityForm } from "./form";
import { edited, read } from "./model/document";
import type { SchemaObject } from "./model/schema";

const SCHEMA: SchemaObject = {
  type: "object",
  additionalProperties: false,
  properties: {
    name: { type: "string", title: "Name", "x-form": { order: 1 } },
    settings: {
      type: "object",
      "x-section": true,
      title: "Settings",
      required: ["include"],
      additionalProperties: false,
      properties: {
        include: { type: "array", title: "Files", items: { type: "string" }, "x-form": { order: 1 } },
        wait_s: { type: "number", title: "Wait", default: 5, minimum: 1, "x-form": { order: 2 } },
        follow: { type: "boolean", title: "Follow", default: true, "x-form": { order: 3, advanced: true } },
        drop: {
          type: "array",
          title: "Drop",
          items: { type: "string", "x-ottl": "condition", "x-form": { widget: "ottl" } },
        },
        labels: { type: "object", title: "Labels", additionalProperties: { type: "string" } },
        tls: {
          type: "object",
          title: "TLS",
          properties: { ca_file: { type: "string", title: "Authority" } },
          additionalProperties: false,
        },
      },
    },
    credentials: {
      type: "object",
      "x-section": true,
      title: "Credentials",
      properties: { token: { title: "Token", "x-secret": true } },
    },
  },
};
const TEXT = "# ours\nname: A # shown\nx-note: kept\nsettings:\n  include: [/a]\n";
let text = "";

function Stand({
  start = TEXT,
  errors = [],
}: {
  start?: string;
  errors?: Parameters<typeof EntityForm>[0]["errors"];
}) {
  const [now, setNow] = useState(start);
  text = now;
  const known = read(now);
  return (
    <MantineProvider>
      <EntityForm
        schema={SCHEMA}
        text={now}
        value={known.ok ? known.value : {}}
        onEdit={(edit) => setNow((from) => edited(from, edit))}
        errors={errors}
        prefix="t"
      />
    </MantineProvider>
  );
}

const value = () => {
  const known = read(text);
  return known.ok ? known.value : null;
};

describe("a form", () => {
  it("writes what is typed into the text and leaves the rest of it alone", async () => {
    render(<Stand />);
    const name = screen.getByLabelText("Name");
    await userEvent.clear(name);
    await userEvent.type(name, "Log: files");
    expect(text).toContain("# ours");
    expect(text).toContain("# shown");
    expect(value()).toEqual({ name: "Log: files", "x-note": "kept", settings: { include: ["/a"] } });
  });

  it("names defaults, writes numbers as numbers, and goes back to the default", async () => {
    render(<Stand />);
    expect(screen.getByText("Default: 5 s.")).toBeDefined();
    const wait = screen.getByLabelText("Wait");
    await userEvent.type(wait, "2.5");
    expect(value()).toMatchObject({ settings: { wait_s: 2.5 } });
    await userEvent.click(screen.getByRole("button", { name: "Reset Wait to 5" }));
    expect(value()).toMatchObject({ settings: { include: ["/a"] } });
    expect(text).not.toContain("wait_s");
  });

  it("takes a reference for a number, and keeps what is no number in the field only", async () => {
    render(<Stand />);
    const wait = screen.getByLabelText("Wait");
    await userEvent.type(wait, "soon");
    expect(text).not.toContain("soon");
    expect((wait as HTMLInputElement).value).toBe("soon");
    await userEvent.clear(wait);
    await userEvent.type(wait, "{{{{wait}}");
    expect(value()).toMatchObject({ settings: { wait_s: "{{wait}}" } });
  });

  it("adds, moves and removes elements of a list", async () => {
    render(<Stand />);
    const files = screen.getByRole("group", { name: /Files/ });
    await userEvent.click(within(files).getByRole("button", { name: /^Add/ }));
    await userEvent.type(within(files).getByLabelText("Files 2"), "/b");
    await userEvent.click(within(files).getByRole("button", { name: "Move Files 2 up" }));
    expect(value()).toMatchObject({ settings: { include: ["/b", "/a"] } });
    await userEvent.click(within(files).getByRole("button", { name: "Remove Files 1" }));
    expect(value()).toMatchObject({ settings: { include: ["/a"] } });
  });

  it("says how many folded settings were changed", async () => {
    render(<Stand />);
    await userEvent.click(screen.getByLabelText("Follow"));
    expect(value()).toMatchObject({ settings: { follow: false } });
    expect(screen.getByText(/1 changed/)).toBeDefined();
  });

  it("adds an optional part, and takes it away whole", async () => {
    render(<Stand />);
    await userEvent.click(screen.getByRole("button", { name: "Add TLS" }));
    expect(value()).toMatchObject({ settings: { tls: {} } });
    await userEvent.type(screen.getByLabelText("Authority"), "/ca");
    await userEvent.clear(screen.getByLabelText("Authority"));
    expect(value()).toMatchObject({ settings: { tls: {} } });
    await userEvent.click(screen.getByRole("button", { name: "Remove TLS" }));
    expect(text).not.toContain("tls");
  });

  it("begins a condition with an example, and replaces nothing that was written", async () => {
    render(<Stand />);
    const drop = within(screen.getByRole("group", { name: /Drop/ }));
    const conditions = () => (value() as { settings: { drop: string[] } }).settings.drop;
    const press = (name: RegExp) => userEvent.click(drop.getByRole("button", { name }));
    await press(/^Add/);
    await press(/^Below WARN/);
    expect(conditions()).toEqual(["log.severity_number < SEVERITY_NUMBER_WARN"]);
    await press(/^Body contains/);
    expect(conditions()).toEqual([
      "log.severity_number < SEVERITY_NUMBER_WARN",
      'IsMatch(log.body, "health")',
    ]);
  });

  it("adds keys to a map", async () => {
    render(<Stand />);
    await userEvent.type(screen.getByLabelText("New key of Labels"), "env{Enter}");
    await userEvent.type(screen.getByLabelText("env of Labels"), "prod");
    expect(value()).toMatchObject({ settings: { labels: { env: "prod" } } });
  });

  it("keeps a typed credential out of the text, and never shows a stored one", async () => {
    const shown = render(<Stand />);
    await userEvent.type(screen.getByLabelText("Token"), "s3cret{Enter}");
    expect(text).not.toContain("s3cret");
    expect(typedHere((value() as { credentials: { token: unknown } }).credentials.token)).toBe("known");
    expect(screen.getByText(/sealed when you save/)).toBeDefined();
    shown.unmount();
    render(<Stand start={"credentials:\n  token:\n    $sealed: true\n"} />);
    expect(screen.getByText(/stored sealed and not shown/)).toBeDefined();
    await userEvent.click(screen.getByRole("button", { name: "Remove Token" }));
    expect(text).not.toContain("token");
  });

  it("shows what it has no field for, and errors of the server under their field", () => {
    render(<Stand errors={[{ path: ["settings", "include"], message: "no such folder" }]} />);
    expect(screen.getAllByText("x-note").length).toBeGreaterThan(0);
    expect(screen.getByText(/no field for it/)).toBeDefined();
    const files = screen.getByRole("group", { name: /Files/ });
    expect(within(files).getByRole("alert").textContent).toBe("No such folder.");
  });
});
