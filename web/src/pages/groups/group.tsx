// One group in its editor: form and YAML in step, and beside the form who belongs as it stands now.
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useCallback, useState } from "react";
import { pathOf } from "../../api/entities";
import { meQuery, whyNot } from "../../api/session";
import { jumpTo } from "../../forms/context";
import { EditorFrame, type EditorView } from "../../forms/editor-frame";
import { EntityForm } from "../../forms/form";
import type { Path } from "../../forms/model/path";
import { useEditor } from "../../forms/use-editor";
import classes from "./page.module.css";
import { Preview } from "./preview";
import { GROUP_SCHEMA } from "./schema";

const PREFIX = "group";

export default function Screen() {
  const { group } = useParams({ from: "/shell/groups/$group" });
  return <Group key={group} group={group} />;
}

function Group({ group }: { group: string }) {
  const path = pathOf({ kind: "groups", id: group, scope: null });
  const editor = useEditor(path);
  const me = useQuery(meQuery).data;
  const [view, setView] = useState<EditorView>("form");
  const jump = useCallback((at: Path) => jumpTo(PREFIX, at), []);
  const { value, entry, locked } = editor;
  const name = typeof value.name === "string" && value.name !== "" ? value.name : group;
  return (
    <EditorFrame
      path={path}
      editor={editor}
      title={name}
      kind="Group"
      view={view}
      setView={setView}
      jump={jump}
    >
      <div className={classes.frame}>
        <div className={classes.both}>
          <EntityForm
            schema={GROUP_SCHEMA}
            text={editor.text}
            value={value}
            onEdit={editor.edit}
            readOnly={locked !== null || whyNot(me, "config:write") !== null}
            errors={editor.errors}
            prefix={PREFIX}
            eager={entry.state !== "stored"}
          />
          <Preview group={group} value={value} />
        </div>
      </div>
    </EditorFrame>
  );
}
