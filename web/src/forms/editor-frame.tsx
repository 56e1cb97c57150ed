// The frame of every editor of an entity: its name and state, undo and redo, form and YAML, what the server says.
import { ActionIcon, Button, Menu, SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Copy, Ellipsis, Redo2, Trash2, Undo2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { placeOf } from "../api/entities";
import { meQuery, whyNot } from "../api/session";
import { redoDraft, undoDraft } from "../draft/store";
import { beginning, scopeWords } from "../lib/text";
import { StateBadge } from "../ui/badges";
import { CopyAs } from "../ui/copy-as";
import { Hint } from "../ui/hint";
import { Empty, ErrorPanel, Page, Skeleton } from "../ui/page";
import { CheckLine, ErrorSummary } from "./check-line";
import classes from "./editor-frame.module.css";
import { useDuplicate } from "./entity-actions";

import type { Path } from "./model/path";
import { TextPane } from "./text-pane";
import { type Editor, useWide } from "./use-editor";

export type EditorView = "form" | "both" | "yaml";

export interface EditorFrameProps {
  path: string;
  editor: Editor;
  title: string;
  /** "Source of type OTLP", beside the path. */
  kind: ReactNode;
  view: string | undefined;
  setView: (view: EditorView) => void;
  jump: (path: Path) => void;
  /** Who uses it and the like, above the form. */
  above?: ReactNode;
  children: ReactNode;
}

const WIDE_PX = 1_200;
/** A longer name must not push the form off the screen; the field has all of it. */
const TITLE_MAX = 120;

export function EditorFrame(props: EditorFrameProps) {
  const { path, editor, kind, view, setView, jump, above, children } = props;
  const title = props.title.length > TITLE_MAX ? `${props.title.slice(0, TITLE_MAX)}…` : props.title;
  const { entry, check, errors, locked, text } = editor;
  const me = useQuery(meQuery).data;
  const wide = useWide(WIDE_PX);
  const why = whyNot(me, "config:write");
  const shown = viewOf(view, wide);
  if (entry.state === "loading") return <Page title={title}>{<Skeleton lines={8} />}</Page>;
  if (entry.state === "failed")
    return (
      <Page title={title}>
        <ErrorPanel error={entry.error} retry={entry.retry} />
      </Page>
    );
  if (entry.state === "absent") return <Absent path={path} title={title} />;
  const pane = (
    <TextPane
      text={text}
      onChange={editor.type}
      errors={errors}
      readOnly={why !== null}
      label={`YAML of ${path}`}
    />
  );
  return (
    <Page
      title={title}
      about={
        <span className={classes.about}>
          <span>{kind}</span>
          <Where path={path} />
          <State editor={editor} />
        </span>
      }
      actions={<Actions {...props} why={why} shown={shown} wide={wide} setView={setView} />}
    >
      {entry.state === "removed" ? (
        <Empty title="Removed in your draft">
          <p>It is deleted when you save, unless something still uses it.</p>
          <Button size="xs" variant="default" onClick={entry.discard}>
            Keep it after all
          </Button>
        </Empty>
      ) : null}
      {entry.behind ? (
        <p className={classes.behind} role="status">
          Somebody changed this since you began. Nothing is lost: <Link to="/review">compare both texts</Link>{" "}
          before you save.
        </p>
      ) : null}
      <CheckLine check={check} file={path} />
      <ErrorSummary errors={check.errors} file={path} jump={jump} />
      {above}
      {entry.state === "removed" ? null : (
        <div className={classes.panes} data-view={shown}>
          {shown === "yaml" ? null : (
            <div className={classes.pane}>
              {locked ? (
                <p className={classes.locked} role="status">
                  {locked} The form is read-only until then.
                </p>
              ) : null}
              {children}
            </div>
          )}
          {shown === "form" ? null : <div className={classes.pane}>{pane}</div>}
        </div>
      )}
    </Page>
  );
}

function viewOf(view: string | undefined, wide: boolean): EditorView {
  if (view === "yaml" || view === "form") return view;
  if (view === "both") return wide ? "both" : "form";
  return "form";
}

function Actions(
  props: EditorFrameProps & { why: string | null; shown: EditorView; wide: boolean },
): ReactNode {
  const { path, editor, why, shown, wide, setView } = props;
  const { entry } = editor;
  const duplicate = useDuplicate();
  const [note, setNote] = useState<string | null>(null);
  const dirty = entry.state !== "stored";
  const views = [
    { value: "form", label: "Form" },
    ...(wide ? [{ value: "both", label: "Both" }] : []),
    { value: "yaml", label: "YAML" },
  ];
  return (
    <>
      <SegmentedControl
        size="xs"
        aria-label="What to edit"
        value={shown}
        onChange={(next) => setView(next as EditorView)}
        data={views}
      />
      <Hint text="Undo (Ctrl+Z)">
        <ActionIcon
          variant="default"
          size="lg"
          aria-label="Undo"
          disabled={!entry.canUndo}
          onClick={() => undoDraft(path)}
        >
          <Undo2 size={15} aria-hidden />
        </ActionIcon>
      </Hint>
      <Hint text="Redo (Ctrl+Y)">
        <ActionIcon
          variant="default"
          size="lg"
          aria-label="Redo"
          disabled={!entry.canRedo}
          onClick={() => redoDraft(path)}
        >
          <Redo2 size={15} aria-hidden />
        </ActionIcon>
      </Hint>
      <CopyAs cli={cliOf(path)} path={path.replace(/(\/group)?\.yaml$/, "")} />
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size="lg" aria-label="More actions">
            <Ellipsis size={15} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<Copy size={14} aria-hidden />}
            disabled={why !== null}
            onClick={() => void duplicate(path).then(setNote)}
          >
            Duplicate
          </Menu.Item>
          <Menu.Item leftSection={<Undo2 size={14} aria-hidden />} disabled={!dirty} onClick={entry.discard}>
            Discard changes
          </Menu.Item>
          <Menu.Item
            color="red"
            leftSection={<Trash2 size={14} aria-hidden />}
            disabled={why !== null || entry.state === "removed"}
            onClick={entry.remove}
          >
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {note ? <span role="status">{note}</span> : null}
    </>
  );
}

function Where({ path }: { path: string }) {
  const place = placeOf(path);
  return (
    <>
      {place?.scope ? <span>{scopeWords(place.scope)}</span> : null}
      <span className={`mono ${classes.path}`} title={path}>
        <bdi>{beginning(path)}</bdi>
      </span>
    </>
  );
}

function State({ editor }: { editor: Editor }) {
  const { state } = editor.entry;
  if (state === "new")
    return <StateBadge state="pending" label="New" reason="In your draft; not saved yet." />;
  if (state === "changed")
    return <StateBadge state="pending" label="Changed" reason="In your draft; not saved yet." />;
  if (state === "removed") return <StateBadge state="revoked" label="Removed" reason="Until you save." />;
  return null;
}

function Absent({ path, title }: { path: string; title: string }) {
  const place = placeOf(path);
  return (
    <Page title={title}>
      <Empty title={`There is no ${path}`}>
        <p>It may have been removed, or the address is wrong.</p>
        {place && place.kind !== "groups" ? (
          <Button
            size="xs"
            renderRoot={(props) => (
              <Link to="/edit/$" params={{ _splat: "new" }} search={{ new: place.kind }} {...props} />
            )}
          >
            Create one
          </Button>
        ) : null}
      </Empty>
    </Page>
  );
}

function cliOf(path: string): string {
  const place = placeOf(path);
  return `linkmesh get ${place?.kind ?? "sources"} ${place?.id ?? ""} -o yaml`;
}
