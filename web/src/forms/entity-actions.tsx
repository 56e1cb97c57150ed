// What can be done with an entity as a whole: duplicate it, remove it, take its changes back. All of it in the draft.
import { ActionIcon, Menu } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Copy, Ellipsis, Trash2, Undo2 } from "lucide-react";
import { useState } from "react";
import { entitiesQuery, entityQuery, type Place, pathOf, placeOf, readEntity } from "../api/entities";
import { draftNow, dropDraft, putDraft } from "../draft/store";
import { Hint } from "../ui/hint";
import { message } from "../ui/page";
import { copyOf, freeId } from "./copies";
import { useOpenEntity } from "./entity-link";
import type { EntityRow } from "./model/rows";

/** Copies an entity under a free id into the draft and opens it. Answers what went wrong, or what to give again. */
export function useDuplicate(): (path: string) => Promise<string | null> {
  const queries = useQueryClient();
  const open = useOpenEntity();
  return async (path) => {
    const place = placeOf(path);
    if (!place) return "This is no entity.";
    try {
      const text = draftNow()[path]?.text ?? (await readEntity(path))?.text;
      if (text === undefined) return "It is not there any more.";
      const copy = copyOf(text);
      const to = await freePath(queries, { ...place, id: `${place.id}-copy` });
      putDraft({ path: to, text: copy.text, before: null, etag: null, base: null });
      open(to);
      return copy.dropped.length > 0 ? "Credentials are not copied; give them again." : null;
    } catch (error) {
      return message(error);
    }
  };
}

/** A path that neither the repository nor the draft has. */
async function freePath(queries: ReturnType<typeof useQueryClient>, place: Place): Promise<string> {
  const list = await queries.fetchInfiniteQuery(entitiesQuery(place.kind, { q: place.id }));
  const taken = new Set(list.pages.flatMap(({ items }) => items.map(({ path }) => path)));
  const id = freeId(place.id, place, (path) => taken.has(path) || draftNow()[path] !== undefined);
  return pathOf({ ...place, id });
}

/** Marks an entity for removal; what was never saved is simply gone. */
export function useRemove(): (path: string) => Promise<string | null> {
  const queries = useQueryClient();
  return async (path) => {
    try {
      if (draftNow()[path]?.before === null) {
        dropDraft([path]);
        return null;
      }
      const stored = await queries.fetchQuery({ ...entityQuery(path), staleTime: 0 });
      if (!stored) return "It is not there any more.";
      putDraft({ path, text: null, before: stored.text, etag: stored.etag, base: null });
      return null;
    } catch (error) {
      return message(error);
    }
  };
}

export function RowActions({ row, why }: { row: EntityRow; why: string | null }) {
  const duplicate = useDuplicate();
  const remove = useRemove();
  const [fault, setFault] = useState<string | null>(null);
  const run = (act: Promise<string | null>) => void act.then(setFault);
  const button = (
    <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${row.id}`} disabled={why !== null}>
      <Ellipsis size={16} aria-hidden />
    </ActionIcon>
  );
  if (why !== null) return <Hint text={why}>{button}</Hint>;
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>{button}</Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<Copy size={14} aria-hidden />} onClick={() => run(duplicate(row.path))}>
            Duplicate
          </Menu.Item>
          {row.state === "stored" ? null : (
            <Menu.Item leftSection={<Undo2 size={14} aria-hidden />} onClick={() => dropDraft([row.path])}>
              {row.state === "removed" ? "Keep after all" : "Discard changes"}
            </Menu.Item>
          )}
          {row.state === "removed" ? null : (
            <Menu.Item
              color="red"
              leftSection={<Trash2 size={14} aria-hidden />}
              onClick={() => run(remove(row.path))}
            >
              Delete
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <span role="status">{fault}</span>
    </>
  );
}
