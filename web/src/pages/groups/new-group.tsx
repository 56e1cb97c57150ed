// A new group: a name and its id. It begins in the draft and is opened in its editor.
import { TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { isId, pathOf, readEntity } from "../../api/entities";
import { draftNow, putDraft } from "../../draft/store";
import { idOf } from "../../forms/copies";
import { ActDialog } from "../../ui/act-dialog";

export function NewGroup({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const [name, setName] = useState("");
  const [typed, setTyped] = useState<string | null>(null);
  const id = typed ?? idOf(name);
  const create = async () => {
    const path = pathOf({ kind: "groups", id, scope: null });
    if (draftNow()[path] || (await readEntity(path)))
      throw new Error(`There is a group ${id} already. Choose another id.`);
    const text =
      name.trim() === "" ? 'selector: ""\n' : `name: ${JSON.stringify(name.trim())}\nselector: ""\n`;
    putDraft({ path, text, before: null, etag: null, base: null });
    await navigate({ to: "/groups/$group", params: { group: id } });
  };
  return (
    <ActDialog title="New group" verb="Create group" ready={isId(id)} act={create} onClose={onClose}>
      <div className="quiet">Nothing is saved or delivered yet: it begins in your draft.</div>
      <TextInput
        label="Name"
        description="What people see. It can be changed at any time."
        value={name}
        data-autofocus
        maxLength={256}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
      />
      <TextInput
        label="Id"
        description="The folder's name in the repository. It stays."
        value={id}
        error={id === "" || isId(id) ? null : "Small letters, digits and single dashes; at most 63."}
        onChange={({ currentTarget }) => setTyped(currentTarget.value === "" ? null : currentTarget.value)}
      />
    </ActDialog>
  );
}
