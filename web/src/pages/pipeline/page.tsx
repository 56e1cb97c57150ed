// The editor of a pipeline: a chain of steps to drag, the form of the chosen step beside it, and the YAML in step.
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { catalogQuery } from "../../api/catalog";
import { allEntitiesQuery, placeOf } from "../../api/entities";
import { meQuery, whyNot } from "../../api/session";
import { jumpTo } from "../../forms/context";
import { EditorFrame } from "../../forms/editor-frame";
import { EntityLink } from "../../forms/entity-link";
import type { Path } from "../../forms/model/path";
import { usageOf, usersOf } from "../../forms/usage";
import { useEditor } from "../../forms/use-editor";
import { UsedBy } from "../../forms/used-by";
import { beginning } from "../../lib/text";
import { Chain } from "./chain";
import { PipelineDrag } from "./drag";
import classes from "./page.module.css";
import { SidePanel } from "./panel";
import { copiedStep, newStep, panelOf, stepsOf } from "./steps";

const PREFIX = "pipeline";
/** Routes that are offered for a pipeline that none uses. */
const ROUTES_MAX = 8;

export default function PipelineScreen() {
  const { pipeline } = useParams({ from: "/shell/pipelines/$pipeline" });
  return <PipelineEditor key={pipeline} id={pipeline} />;
}

function PipelineEditor({ id }: { id: string }) {
  const path = `pipelines/${id}.yaml`;
  const editor = useEditor(path);
  const { edit, value, errors, locked } = editor;
  const search = useSearch({ from: "/shell/pipelines/$pipeline" });
  const navigate = useNavigate({ from: "/pipelines/$pipeline" });
  const me = useQuery(meQuery).data;
  const catalog = useQuery(catalogQuery).data;
  const steps = useMemo(() => stepsOf(value), [value]);
  const panel = panelOf(search.step, steps);
  const readOnly = locked !== null || whyNot(me, "config:write") !== null;
  const name = typeof value.name === "string" && value.name !== "" ? value.name : id;

  const show = useCallback(
    (step: string | undefined) =>
      void navigate({
        search: ({ step: _, ...old }) => (step === undefined ? old : { ...old, step }),
        replace: true,
      }),
    [navigate],
  );
  const insert = (step: Record<string, unknown>, index: number) => {
    edit({ op: "insert", path: ["steps"], index, value: step });
    show(`#${index}`);
  };
  const add = (type: string, index: number) => insert(newStep(type, steps), index);
  const remove = (index: number) => {
    edit({ op: "remove", path: ["steps"], index });
    show(undefined);
  };
  const move = (from: number, to: number) => {
    if (from === to || to < 0 || to >= steps.length) return;
    edit({ op: "move", path: ["steps"], from, to });
    show(`#${to}`);
  };
  const duplicate = (index: number) => {
    const own: unknown = Array.isArray(value.steps) ? value.steps[index] : null;
    insert(copiedStep(own, steps), index + 1);
  };
  const jump = useCallback(
    (at: Path) => {
      const inStep = at[0] === "steps" && typeof at[1] === "number";
      show(inStep ? `#${at[1]}` : undefined);
      // The panel of that step has to stand there first.
      setTimeout(() => jumpTo(PREFIX, inStep ? at.slice(2) : at), 120);
    },
    [show],
  );
  return (
    <EditorFrame
      path={path}
      editor={editor}
      title={name}
      kind="Pipeline"
      view={search.view}
      setView={(view) => void navigate({ search: (old) => ({ ...old, view }), replace: true })}
      jump={jump}
      above={<Users id={id} />}
    >
      <PipelineDrag steps={steps} catalog={catalog ?? []} readOnly={readOnly} move={move} add={add}>
        <div className={classes.split}>
          <Chain
            id={id}
            steps={steps}
            catalog={catalog ?? []}
            panel={panel}
            errors={errors}
            readOnly={readOnly}
            unsaved={editor.entry.state !== "stored"}
            signals={Array.isArray(value.signals) ? value.signals.map(String) : []}
            show={show}
            move={move}
            remove={remove}
            duplicate={duplicate}
          />
          <SidePanel
            editor={editor}
            panel={panel}
            steps={steps}
            readOnly={readOnly}
            prefix={PREFIX}
            show={show}
            add={add}
          />
        </div>
      </PipelineDrag>
    </EditorFrame>
  );
}

/** The routes that use it. */
function Users({ id }: { id: string }) {
  const routes = useQuery(allEntitiesQuery("routes"));
  const users = useMemo(
    () => (routes.data ? usersOf(usageOf(routes.data.items), { kind: "pipelines", id, scope: null }) : []),
    [routes.data, id],
  );
  if (!routes.data) return null;
  if (users.length === 0)
    return (
      <p className={classes.users}>
        No route uses it yet, so no collector runs it.{" "}
        <Link to="/edit/$" params={{ _splat: "new" }} search={{ new: "routes", pipeline: id }}>
          Use it in a new route
        </Link>
        {routes.data.items.length > 0 ? ", or name it in one of these: " : "."}
        {routes.data.items.slice(0, ROUTES_MAX).map(({ path }, index) => (
          <span key={path}>
            {index > 0 ? ", " : ""}
            <EntityLink path={path}>
              <bdi>{beginning(placeOf(path)?.id ?? path)}</bdi>
            </EntityLink>
          </span>
        ))}
        {routes.data.items.length > ROUTES_MAX ? " and others" : ""}
      </p>
    );
  return (
    <p className={classes.users}>
      <UsedBy users={users} />
    </p>
  );
}
