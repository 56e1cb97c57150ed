import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { draftNow, dropDraft } from "../../draft/store";
import { ADMIN, network, problem, stand } from "../../ui/testing";
import PipelineScreen from "./page";
import { pipelineSearch } from "./search";

const TEXT =
  "# Shop\nsignals: [logs]\nsteps:\n- id: first # stays\n  type: batch\n- id: second\n  type: batch\n";
const PATH = "pipelines/clean.yaml";
const type = (id: string, name: string) => ({
  kind: "steps",
  type: id,
  name,
  summary: `${name} does something.`,
  signals: ["logs"],
  runtimes: ["otelcol"],
});
const BATCH = {
  ...type("batch", "Batch"),
  schema: {
    properties: {
      min_items: { type: "integer", title: "Least items", default: 2000, minimum: 1 },
      logs: {
        type: "array",
        title: "Drop",
        items: { type: "string", minLength: 1, "x-ottl": "condition", "x-form": { widget: "ottl" } },
      },
    },
  },
  examples: [],
};

function open(search = "", plan: unknown = { base: "r", files: [], classes: [], affected: 0, warnings: [] }) {
  network({
    "GET /me": ADMIN,
    "GET /pipelines/clean": () =>
      new Response(TEXT, { headers: { "content-type": "application/yaml", etag: '"1"' } }),
    "GET /catalog": { items: [type("batch", "Batch"), type("mask", "Mask")] },
    "GET /catalog/steps/batch": BATCH,
    "GET /catalog/steps/mask": { ...type("mask", "Mask"), schema: { properties: {} }, examples: [] },
    "GET /routes": { items: [], total: 0 },
    "POST /changes": plan,
  });
  return stand(PipelineScreen, {
    path: "/pipelines/$pipeline",
    address: `/pipelines/clean${search}`,
    search: pipelineSearch,
  });
}

const text = () => draftNow()[PATH]?.text ?? null;
const ids = () =>
  within(screen.getByRole("region", { name: "Steps" }))
    .getAllByRole("button", { name: /^Move / })
    .map((one) => one.getAttribute("aria-label"));

const act = async (step: string, what: string) => {
  await userEvent.click(await screen.findByRole("button", { name: `Actions for ${step}` }));
  // While it opens, a menu is not among the roles yet.
  const item = (await screen.findByText(what)).closest("[role=menuitem]");
  if (item) await userEvent.click(item);
};

beforeEach(() => dropDraft());

describe("the editor of a pipeline", () => {
  it("shows the chain and changes one step without touching the rest of the text", async () => {
    open("?step=%231");
    await userEvent.type(await screen.findByLabelText("Least items"), "50");
    expect(text()).toBe(`${TEXT}  settings:\n    min_items: 50\n`);
    expect(ids()).toEqual(["Move first", "Move second"]);
  });

  it("adds a step from the palette, where it was asked for, and opens it", async () => {
    open("?step=%2B");
    await userEvent.type(await screen.findByLabelText("Search types"), "mask");
    await userEvent.click(await screen.findByRole("button", { name: /^Mask/ }));
    expect(await screen.findByRole("heading", { name: "3. Mask" })).toBeDefined();
    expect(ids()).toEqual(["Move first", "Move second", "Move mask"]);
    expect(text()).toContain("# stays");
  });

  it("moves, duplicates and removes steps, and takes all of it back by Ctrl+Z", async () => {
    open();
    await act("second", "Move up");
    expect(ids()).toEqual(["Move second", "Move first"]);
    await act("first", "Duplicate");
    expect(ids()).toEqual(["Move second", "Move first", "Move first-copy"]);
    await act("second", "Remove");
    expect(ids()).toEqual(["Move first", "Move first-copy"]);
    for (let step = 0; step < 3; step += 1) fireEvent.keyDown(document.body, { key: "z", ctrlKey: true });
    expect(text()).toBeNull();
    await waitFor(() => expect(ids()).toEqual(["Move first", "Move second"]));
    fireEvent.keyDown(document.body, { key: "y", ctrlKey: true });
    await waitFor(() => expect(ids()).toEqual(["Move second", "Move first"]));
  });

  it("says nothing of a condition that was not begun until its field is left, and then what to do", async () => {
    const place = `${PATH}: steps[1].settings.logs[0]`;
    const errors = [
      { path: place, message: '"" is shorter than 1 character' },
      { path: place, message: "is empty" },
    ];
    open("?step=%231", () => problem(422, "not valid", { errors }));
    await userEvent.click(await screen.findByRole("button", { name: /^Add.* to Drop$/ }));
    await screen.findByText("Not complete yet.", undefined, { timeout: 5_000 });
    expect(screen.queryByRole("alert")).toBeNull();
    expect(screen.queryByText(/1 error/)).toBeNull();
    const field = screen.getByPlaceholderText("log.severity_number < SEVERITY_NUMBER_WARN");
    await userEvent.click(field);
    fireEvent.blur(field);
    expect((await screen.findByRole("alert")).textContent).toBe("Write a condition, or remove the line.");
    expect(screen.getAllByText(/^1 error$/).length).toBeGreaterThan(0);
  });

  it("puts an error of the server on the step and the field that it is about", async () => {
    const errors = [{ path: `${PATH}: steps[1].settings.min_items`, message: "too much for this host" }];
    open("?step=%231", () => problem(422, "not valid", { errors }));
    await userEvent.type(await screen.findByLabelText("Least items"), "9");
    expect(await screen.findByText("Too much for this host.", undefined, { timeout: 5_000 })).toBeDefined();
    const cards = within(screen.getByRole("region", { name: "Steps" })).getAllByRole("listitem");
    expect(cards[0]?.textContent).not.toContain("1 error");
    expect(cards[1]?.textContent).toContain("1 error");
  });
});
