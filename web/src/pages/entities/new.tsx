// A new entity: its type from the palette, then id and scope. It begins in the draft, under its own path.
import { Autocomplete, Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { catalogQuery } from "../../api/catalog";
import {
  allEntitiesQuery,
  type EntityKind,
  isId,
  type Place,
  pathOf,
  readEntity,
  SCOPED,
} from "../../api/entities";
import { meQuery, whyNot } from "../../api/session";
import { draftNow, putDraft } from "../../draft/store";
import { freeId, idOf } from "../../forms/copies";
import { useOpenEntity } from "../../forms/entity-link";
import { Palette } from "../../forms/palette";
import { useChoices } from "../../forms/use-choices";
import { ErrorPanel, message, Page } from "../../ui/page";
import "../../ui/styles";
import classes from "./edit.module.css";
import type { EntitySearch } from "./search";

const NOUNS = {
  sources: "source",
  destinations: "destination",
  routes: "route",
  links: "link",
  pipelines: "pipeline",
} as const;
type Kind = keyof typeof NOUNS;

const isKind = (text: string | undefined): text is Kind => text !== undefined && Object.hasOwn(NOUNS, text);
const isTyped = (kind: Kind): kind is "sources" | "destinations" =>
  kind === "sources" || kind === "destinations";

export function NewEntity() {
  const search = useSearch({ from: "/shell/edit/$" });
  const { new: kind, type } = search;
  const navigate = useNavigate({ from: "/edit/$" });
  if (!isKind(kind))
    return (
      <Page title="Create" about="What do you want to make?">
        <div className={classes.kinds}>
          {Object.entries(NOUNS).map(([one, noun]) => (
            <Button
              key={one}
              variant="default"
              renderRoot={(props) => (
                <Link to="/edit/$" params={{ _splat: "new" }} search={{ new: one }} {...props} />
              )}
            >
              A {noun}
            </Button>
          ))}
        </div>
      </Page>
    );
  if (isTyped(kind) && !type)
    return (
      <Page title={`New ${NOUNS[kind]}`} about="Choose its type.">
        <Palette kind={kind} pick={(picked) => void navigate({ search: { new: kind, type: picked.type } })} />
      </Page>
    );
  return (
    <Naming key={`${kind} ${type}`} kind={kind} type={isTyped(kind) ? (type ?? "") : ""} wanted={search} />
  );
}

function Naming({ kind, type, wanted }: { kind: Kind; type: string; wanted: EntitySearch }) {
  const open = useOpenEntity();
  const me = useQuery(meQuery).data;
  const catalog = useQuery(catalogQuery).data;
  const groups = useQuery(allEntitiesQuery("groups")).data;
  const [name, setName] = useState("");
  const [id, setId] = useState<string | null>(null);
  const [scope, setScope] = useState(wanted.scope ?? "fleet");
  const [fault, setFault] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const parts = useRouteParts(kind, wanted);
  const scoped = SCOPED.includes(kind as EntityKind);
  const title = catalog?.find((one) => one.type === type && one.kind === kind)?.name ?? type;
  const suggested =
    idOf(name) || freeId(type || NOUNS[kind], { kind, scope: scoped ? scope : null }, isDrafted);
  const shown = id ?? suggested;
  const scopeFault = scoped && !isScope(scope) ? "Write fleet, groups/ID or collectors/ID." : null;
  const idFault = isId(shown) ? null : "Small letters, digits and single dashes; at most 63.";
  const why = whyNot(me, "config:write");
  const create = async () => {
    const place: Place = { kind, id: shown, scope: scoped ? scope : null };
    const path = pathOf(place);
    setBusy(true);
    setFault(null);
    try {
      if (isDrafted(path) || (await readEntity(path))) {
        setFault(new Error(`There is a ${NOUNS[kind]} called ${shown} already. Choose another id.`));
        return;
      }
      putDraft({ path, text: begin(kind, type, name.trim(), parts), before: null, etag: null, base: null });
      open(path);
    } catch (error) {
      setFault(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Page
      title={`New ${NOUNS[kind]}${title ? `: ${title}` : ""}`}
      about="Nothing is saved or delivered yet: it begins in your draft."
    >
      <form
        className={classes.create}
        onSubmit={(event) => {
          event.preventDefault();
          if (!idFault && !scopeFault && !why) void create();
        }}
      >
        <TextInput
          label="Name"
          description="What people see. It can be changed at any time."
          inputWrapperOrder={["label", "input", "description", "error"]}
          value={name}
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label="Id"
          description={
            kind === "routes" || kind === "links"
              ? "The file's name. It stays."
              : "The file's name. Routes refer to it, and it stays."
          }
          inputWrapperOrder={["label", "input", "description", "error"]}
          required
          value={shown}
          error={idFault}
          onChange={(event) => setId(event.currentTarget.value === "" ? null : event.currentTarget.value)}
        />
        {scoped ? (
          <Autocomplete
            label="Scope"
            description="Who gets it: the whole fleet, a group, or one collector."
            inputWrapperOrder={["label", "input", "description", "error"]}
            data={["fleet", ...(groups?.items.map((group) => `groups/${group.id}`) ?? [])]}
            value={scope}
            error={scopeFault}
            onChange={setScope}
          />
        ) : null}
        {fault ? <ErrorPanel error={new Error(message(fault))} /> : null}
        <div className={classes.actions}>
          <Button type="submit" loading={busy} disabled={Boolean(idFault ?? scopeFault ?? why)}>
            Create {NOUNS[kind]}
          </Button>
        </div>
      </form>
    </Page>
  );
}

const isDrafted = (path: string): boolean => draftNow()[path] !== undefined;

const isScope = (scope: string): boolean => {
  const [level, id, more] = scope.split("/");
  if (level === "fleet") return id === undefined;
  return (level === "groups" || level === "collectors") && more === undefined && isId(id ?? "");
};

interface RouteParts {
  sources: readonly string[];
  pipeline: string | null;
  destinations: readonly string[];
}

/** What a route begins with that is made from one of its parts: that part, and the only one there is of the others. */
function useRouteParts(kind: Kind, { source, pipeline, destination }: EntitySearch): RouteParts {
  const from = kind === "routes" && Boolean(source ?? pipeline ?? destination);
  const { of } = useChoices(from);
  const only = (ref: string) => {
    const all = from ? of(ref).filter(({ value }) => value !== "*") : [];
    return all.length === 1 ? all.map(({ value }) => value) : [];
  };
  return {
    sources: from && source ? [source] : only("sources"),
    pipeline: from && pipeline ? pipeline : null,
    destinations: from && destination ? [destination] : only("destinations"),
  };
}

/** The text that an entity begins with. */
function begin(kind: Kind, type: string, name: string, parts: RouteParts): string {
  const named = name === "" ? "" : `name: ${JSON.stringify(name)}\n`;
  if (isTyped(kind)) return `type: ${type}\n${named}`;
  if (kind === "pipelines") return `${named}signals: [logs]\nsteps: []\n`;
  if (kind === "routes") {
    const pipeline = parts.pipeline ? `pipeline: ${JSON.stringify(parts.pipeline)}\n` : "";
    return `${named}sources: ${JSON.stringify(parts.sources)}\n${pipeline}destinations: ${JSON.stringify(parts.destinations)}\n`;
  }
  return `${named}from: ""\nto: ""\nendpoints: []\nsignals: [logs, metrics, traces]\n`;
}
