import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { draftNow, dropDraft } from "../../draft/store";
import { ADMIN, network, problem, stand } from "../../ui/testing";
import { NewEntity } from "./new";
import { entitySearch } from "./search";

const listed = (kind: string, ids: readonly string[]) => ({
  items: ids.map((id) => ({ id, path: `fleet/${kind}/${id}.yaml`, scope: "fleet", entity: {}, etag: "1" })),
  total: ids.length,
});

/** A new route, made at this address in a fleet of these. */
async function made(search: string, sources: readonly string[], destinations: readonly string[]) {
  network({
    "GET /me": ADMIN,
    "GET /catalog": { items: [] },
    "GET /groups": { items: [], total: 0 },
    "GET /pipelines": { items: [], total: 0 },
    "GET /sources": listed("sources", sources),
    "GET /destinations": listed("destinations", destinations),
    "GET /fleet/routes/errors": () => problem(404, "none"),
    "GET /routes/errors": () => problem(404, "none"),
  });
  const { queries } = stand(NewEntity, {
    path: "/edit/$",
    address: `/edit/new?new=routes${search}`,
    search: entitySearch,
  });
  await userEvent.type(await screen.findByLabelText("Name"), "Errors");
  await vi.waitFor(() => expect(queries.isFetching()).toBe(0));
  await userEvent.click(screen.getByRole("button", { name: "Create route" }));
  return vi.waitFor(() => {
    const [entry] = Object.values(draftNow());
    if (!entry) throw new Error(document.body.textContent ?? "");
    return entry.text;
  });
}

beforeEach(() => dropDraft());

describe("a new route", () => {
  it("made from a destination names it, and the only source there is", async () => {
    expect(await made("&destination=sink", ["app"], ["sink", "other"])).toBe(
      'name: "Errors"\nsources: ["app"]\ndestinations: ["sink"]\n',
    );
  });

  it("made from a pipeline guesses nothing where there are several", async () => {
    expect(await made("&pipeline=clean", ["app", "web"], ["sink"])).toBe(
      'name: "Errors"\nsources: []\npipeline: "clean"\ndestinations: ["sink"]\n',
    );
  });

  it("made from nothing begins empty", async () => {
    expect(await made("", ["app"], ["sink"])).toBe('name: "Errors"\nsources: []\ndestinations: []\n');
  });
});
