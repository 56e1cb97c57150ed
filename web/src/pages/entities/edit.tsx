// One entity in its editor. The type decides the form; who uses it stands above.
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { catalogTypeQuery } from "../../api/catalog";
import { allEntitiesQuery, type Place, placeOf } from "../../api/entities";
import { meQuery, whyNot } from "../../api/session";
import { jumpTo } from "../../forms/context";
import { EditorFrame } from "../../forms/editor-frame";
import { EntityForm } from "../../forms/form";
import { LINK_SCHEMA, routeSchema, typedSchema } from "../../forms/model/envelopes";
import type { Path } from "../../forms/model/path";
import { usageOf, usersOf } from "../../forms/usage";
import { useChoices } from "../../forms/use-choices";
import { type Editor, useEditor } from "../../forms/use-editor";
import { UsedBy } from "../../forms/used-by";
import { ErrorPanel, Skeleton } from "../../ui/page";
import classes from "./edit.module.css";

const PREFIX = "entity";

export function Edit({ path }: { path: string }) {
  const editor = useEditor(path);
  const { view } = useSearch({ from: "/shell/edit/$" });
  const navigate = useNavigate({ from: "/edit/$" });
  const place = placeOf(path);
  const { value } = editor;
  const type = typeof value.type === "string" ? value.type : "";
  const catalogKind = place?.kind === "destinations" ? "destinations" : "sources";
  const typed = place?.kind === "sources" || place?.kind === "destinations";
  const entry = useQuery({ ...catalogTypeQuery(catalogKind, typed ? type : "") });
  const jump = useCallback((at: Path) => jumpTo(PREFIX, at), []);
  const name = typeof value.name === "string" && value.name !== "" ? value.name : (place?.id ?? path);
  return (
    <EditorFrame
      path={path}
      editor={editor}
      title={name}
      kind={kindWords(place?.kind, entry.data?.name ?? type)}
      view={view}
      setView={(next) => void navigate({ search: (old) => ({ ...old, view: next }), replace: true })}
      jump={jump}
      above={place ? <Users path={path} /> : null}
    >
      {typed && entry.isError ? (
        <ErrorPanel error={entry.error} retry={() => void entry.refetch()}>
          The settings of a type that this server does not know can still be changed as YAML.
        </ErrorPanel>
      ) : null}
      {typed && entry.isPending && type !== "" ? (
        <Skeleton lines={6} height={28} />
      ) : (
        <Fields path={path} editor={editor} entry={entry.data ?? null} />
      )}
    </EditorFrame>
  );
}

function Fields({
  path,
  editor,
  entry,
}: {
  path: string;
  editor: Editor;
  entry: Parameters<typeof typedSchema>[1];
}) {
  const kind = placeOf(path)?.kind;
  const me = useQuery(meQuery).data;
  const choices = useChoices(kind === "routes" || kind === "links");
  const pipeline = typeof editor.value.pipeline === "string" ? editor.value.pipeline : null;
  const parameters = choices.parametersOf(pipeline);
  const schema = useMemo(() => {
    if (kind === "routes") return routeSchema(parameters);
    if (kind === "links") return LINK_SCHEMA;
    return typedSchema(kind === "destinations" ? "destinations" : "sources", entry);
  }, [kind, parameters, entry]);
  const { entry: state } = editor;
  return (
    <div className={classes.form}>
      <EntityForm
        schema={schema}
        text={editor.text}
        value={editor.value}
        onEdit={editor.edit}
        readOnly={editor.locked !== null || whyNot(me, "config:write") !== null}
        errors={editor.errors}
        choices={choices.of}
        prefix={PREFIX}
        onLeave={editor.leave}
        eager={state.state !== "stored"}
      />
    </div>
  );
}

/** The routes that use it. */
function Users({ path }: { path: string }) {
  const place = placeOf(path);
  const counted = place?.kind === "sources" || place?.kind === "destinations";
  const routes = useQuery({ ...allEntitiesQuery("routes"), enabled: counted });
  const users = useMemo(
    () => (place && routes.data ? usersOf(usageOf(routes.data.items), place) : []),
    [place, routes.data],
  );
  if (!counted || !routes.data) return null;
  if (users.length === 0 && place)
    return (
      <p className={classes.users}>
        No route uses it yet, so no collector runs it.{" "}
        <Link to="/edit/$" params={{ _splat: "new" }} search={routeOf(place)}>
          Make a route
        </Link>{" "}
        with it.
      </p>
    );
  return (
    <p className={classes.users}>
      <UsedBy users={users} />
    </p>
  );
}

/** Where a route begins that uses it. */
const routeOf = ({ kind, id, scope }: Place) => ({
  new: "routes",
  ...(kind === "sources" ? { source: id } : { destination: id }),
  ...(scope === null ? {} : { scope }),
});

function kindWords(kind: string | undefined, type: string): string {
  const words: Record<string, string> = {
    sources: "Source",
    destinations: "Destination",
    routes: "Route",
    links: "Link",
  };
  const noun = words[kind ?? ""] ?? "Entity";
  return type !== "" && isTyped(kind) ? `${noun} · ${type}` : noun;
}

const isTyped = (kind: string | undefined) => kind === "sources" || kind === "destinations";
