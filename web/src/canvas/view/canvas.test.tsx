import { MantineProvider } from "@mantine/core";
import { act, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { useState } from "react";
import { describe, expect, it } from "vitest";
import type { Topology } from "../../api/topology";
import { aNode, anEdge, aTopology, NO_NUMBERS } from "../model/fixtures";
import { Canvas } from "./canvas";
import { placeOf } from "./card-links";
import { toggled } from "./collector-flow";

const steps = [{ id: "cut", type: "filter", name: null, in_per_s: 10, out_per_s: 8, dropped_percent: 20 }];
const wicked = `<img src=x onerror=alert(1)>\u202e${"x".repeat(10_000)}`;

function chain(rate: number | null): Topology {
  return aTopology(
    [
      aNode({ id: "s", kind: "source", name: "Applications", numbers: { ...NO_NUMBERS, in_per_s: rate } }),
      aNode({
        id: "r",
        kind: "route",
        name: "Errors",
        steps,
        numbers: { ...NO_NUMBERS, in_per_s: 10, out_per_s: 8 },
      }),
      aNode({ id: "d", kind: "destination", name: wicked, collectors: 14, reporting: 0 }),
    ],
    [
      anEdge({ from: "s", to: "r", kind: "route", numbers: { offered_per_s: 20, matched_per_s: 10 } }),
      anEdge({ from: "r", to: "d", kind: "send" }),
    ],
  );
}

function Shown({ topology }: { topology: Topology }) {
  const [selected, setSelected] = useState<string | null>(null);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  return (
    <MantineProvider>
      <Canvas
        topology={topology}
        label="Topology"
        view="test"
        overlay
        selected={selected}
        onSelect={setSelected}
        open={open}
        onToggle={(id) => setOpen((before) => toggled(before, id))}
      />
    </MantineProvider>
  );
}

const card = (id: string): HTMLElement => {
  const found = document.querySelector<HTMLElement>(`[data-card="${id}"]`);
  if (!found) throw new Error(`no card ${id}`);
  return found;
};

const lookOf = (id: string): string => card(id).parentElement?.getAttribute("data-look") ?? "";

/** Numbers may arrive a frame later. */
const frames = () => act(() => new Promise((done) => setTimeout(done, 60)));

/** Where on the screen something stands that is placed in the canvas's own coordinates. */
function onScreen({ style }: HTMLElement, besideY: number): { clientX: number; clientY: number } {
  const view = document.querySelector<HTMLElement>(".react-flow__viewport")?.style.transform ?? "";
  const [x = 0, y = 0, zoom = 1] = (view.match(/-?[\d.]+/g) ?? []).map(Number);
  return {
    clientX: x + zoom * Number.parseFloat(style.left),
    clientY: y + zoom * (Number.parseFloat(style.top) + besideY),
  };
}

describe("the canvas", () => {
  it("shows every card as a button that says what it is and what passes", () => {
    render(<Shown topology={chain(1240)} />);
    screen.getByRole("button", { name: /^Source Applications, .*in 1\.24k events per second/ });
    screen.getByRole("button", { name: /^Destination .*No self-telemetry from 14 collectors/ });
    expect(document.querySelectorAll("[data-wire]")).toHaveLength(2);
    expect(document.querySelector('[data-wire*="send"]')?.getAttribute("data-flow")).toBe("unknown");
    expect(document.body.textContent).toContain("20 → 10/s");
  });

  it("takes markup and endless names for text", () => {
    render(<Shown topology={chain(1)} />);
    expect(document.querySelector("img")).toBeNull();
    expect(card("d").textContent).toContain("<img src=x");
  });

  it("draws only what new numbers change", async () => {
    const { rerender } = render(<Shown topology={chain(1240)} />);
    const touched = new Set<string>();
    const watch = new MutationObserver((changes) => {
      for (const { target } of changes) {
        const element = target instanceof Element ? target : target.parentElement;
        const own = element?.closest("[data-card]")?.getAttribute("data-card");
        touched.add(own ?? element?.outerHTML.slice(0, 80) ?? "nowhere");
      }
    });
    watch.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
    rerender(<Shown topology={chain(1240)} />);
    await frames();
    expect([...touched]).toEqual([]);
    rerender(<Shown topology={chain(99)} />);
    await frames();
    expect([...touched]).toEqual(["s"]);
    expect(card("s").textContent).toContain("99/s");
    watch.disconnect();
  });

  it("is one stop of the tab key, from which arrows lead along the wires", () => {
    render(<Shown topology={chain(1)} />);
    const stops = [...document.querySelectorAll<HTMLElement>("[data-card]")].filter(
      ({ tabIndex }) => tabIndex === 0,
    );
    expect(stops).toEqual([card("s")]);
    card("s").focus();
    fireEvent.keyDown(card("s"), { key: "ArrowRight" });
    expect(document.activeElement).toBe(card("r"));
    fireEvent.keyDown(card("r"), { key: "End" });
    expect(document.activeElement).toBe(card("d"));
    expect([card("s").tabIndex, card("d").tabIndex]).toEqual([-1, 0]);
  });

  it("tells the details in a drawer beside it, and lets go with Escape", async () => {
    render(<Shown topology={chain(1240)} />);
    fireEvent.click(card("r"));
    const drawer = await screen.findByRole("complementary", { name: "Details" });
    expect(screen.queryByRole("dialog")).toBeNull();
    within(drawer).getByRole("heading", { name: "Errors" });
    within(drawer).getByRole("row", { name: /cut 10\/s 8\/s −20%/ });
    // What is not connected is dimmed; here everything is.
    expect(lookOf("s")).toBe("");
    fireEvent.click(within(drawer).getByRole("button", { name: "Applications" }));
    await within(drawer).findByRole("heading", { name: "Applications" });
    fireEvent.keyDown(card("r"), { key: "Escape" });
    await waitFor(() => expect(screen.queryByRole("complementary")).toBeNull());
  });

  it("dims what a selected card is not connected with", async () => {
    const lone = aNode({ id: "lone", kind: "source" });
    const { nodes, edges } = chain(1);
    render(<Shown topology={aTopology([...nodes, lone], edges)} />);
    fireEvent.click(card("r"));
    expect(lookOf("r")).toContain("selected");
    await waitFor(() => expect(lookOf("lone")).toContain("dim"));
    expect(lookOf("s")).not.toContain("dim");
    // What is lit stands above the veil: its cards, and its wires once more.
    const isAbove = (id: string) => card(id).closest(".react-flow__node")?.hasAttribute("data-lit");
    expect([isAbove("lone"), isAbove("s"), isAbove("r")]).toEqual([false, true, true]);
    expect(document.querySelectorAll("g[data-flow]")).toHaveLength(4);
    fireEvent.keyDown(card("r"), { key: "Escape" });
    await waitFor(() => expect([isAbove("s"), lookOf("lone")]).toEqual([false, ""]));
    expect(document.querySelectorAll("g[data-flow]")).toHaveLength(2);
  });

  it("takes a press on a wire for that wire, and one beside it for nothing", async () => {
    render(<Shown topology={chain(1)} />);
    const pill = [
      ...document.querySelectorAll<HTMLElement>(".react-flow__edgelabel-renderer > [aria-hidden]"),
    ].find(({ textContent }) => textContent?.includes("20 → 10/s"));
    const pane = document.querySelector(".react-flow__pane");
    if (!pill || !pane) throw new Error("no wire to press");
    const press = (besideY: number) => fireEvent.click(pane, onScreen(pill, besideY));
    press(0);
    const drawer = await screen.findByRole("complementary", { name: "Details" });
    within(drawer).getByText("Source to route");
    press(200);
    await waitFor(() => expect(screen.queryByRole("complementary")).toBeNull());
  });

  it("shows a route's steps with what each lets through", () => {
    render(<Shown topology={chain(1)} />);
    const toggle = screen.getByRole("button", { name: "Show the 1 steps" });
    fireEvent.click(toggle);
    expect(screen.getByRole("button", { name: "Hide the 1 steps" }).getAttribute("aria-expanded")).toBe(
      "true",
    );
    expect(document.body.textContent).toContain("10 → 8/s");
    expect(document.body.textContent).toContain("−20%");
    // Steps are no details: the drawer stays closed.
    expect(screen.queryByRole("complementary")).toBeNull();
  });
});

describe("where a card leads", () => {
  it("is the part of the fleet that it stands for", () => {
    const of = (id: string, kind: "collectors" | "collector" | "source" = "collectors") =>
      placeOf({ id, kind });
    expect(of("pool:group/edge")).toEqual({ level: "group", id: "edge" });
    expect(of("pool:label/env=a=b")).toEqual({ level: "group", id: "a=b", by: "env" });
    expect(of("collector:c1", "collector")).toEqual({ level: "collector", id: "c1" });
    expect([of("pool:others"), of("more:pools"), of("fleet/sources/x.yaml", "source")]).toEqual([
      null,
      null,
      null,
    ]);
  });
});
