// What is selected and what can be done to it. The work begins on the server; its progress is at the lower right.
import { Button, Menu, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Archive, Boxes, Hand, type LucideIcon, Tag, Trash2 } from "lucide-react";
import { useId, useState } from "react";
import { Problem } from "../../api/client";
import type { Facets } from "../../api/collectors";
import { type BulkTarget, beginBulk } from "../../api/jobs";
import { meQuery, whyNot } from "../../api/session";
import { freshKey } from "../../lib/fresh-key";
import { count } from "../../lib/numbers";
import { ActDialog } from "../../ui/act-dialog";
import { GuardedButton } from "../../ui/guarded";
import classes from "./bulk.module.css";
import { ACTS, type ActName, actOf, type Fields, titleOf } from "./bulk-acts";

const MENUS: ReadonlyArray<{ title: string; icon: LucideIcon; acts: ActName[] }> = [
  { title: "Labels", icon: Tag, acts: ["set-label", "remove-label"] },
  { title: "Groups", icon: Boxes, acts: ["add-group", "remove-group"] },
  { title: "Delivery", icon: Hand, acts: ["hold", "release", "retry", "restart"] },
  { title: "Archive", icon: Archive, acts: ["archive", "unarchive"] },
];

export function BulkBar({
  selected,
  total,
  all,
  target,
  facets,
  onAll,
  onClear,
}: {
  /** How many are selected. */
  selected: number;
  /** How many match the query. */
  total: number;
  /** Whether all that match are selected. */
  all: boolean;
  target: () => BulkTarget | null;
  facets: Facets | undefined;
  onAll: () => void;
  onClear: () => void;
}) {
  const me = useQuery(meQuery).data;
  const [open, setOpen] = useState<ActName | null>(null);
  return (
    <section className={classes.bar} aria-label="Selected collectors">
      <span className={classes.count} role="status">
        {all ? `All ${count(selected)} matching are selected` : `${count(selected)} selected`}
      </span>
      {!all && total > selected ? (
        <button type="button" className={classes.link} onClick={onAll}>
          Select all {count(total)} matching
        </button>
      ) : null}
      <button type="button" className={classes.link} onClick={onClear}>
        Clear
      </button>
      <div className={classes.acts}>
        {MENUS.map(({ title, icon: Icon, acts }) => (
          <Menu key={title} position="bottom-end">
            <Menu.Target>
              <Button size="xs" variant="default" leftSection={<Icon size={14} aria-hidden />}>
                {title}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {acts.map((name) => {
                const refused = whyNot(me, ACTS[name].permission);
                return (
                  <Menu.Item
                    key={name}
                    disabled={refused !== null}
                    title={refused ?? ""}
                    onClick={() => setOpen(name)}
                  >
                    {ACTS[name].menu}
                  </Menu.Item>
                );
              })}
            </Menu.Dropdown>
          </Menu>
        ))}
        <GuardedButton
          size="xs"
          variant="default"
          leftSection={<Trash2 size={14} aria-hidden />}
          why={whyNot(me, ACTS.delete.permission)}
          onClick={() => setOpen("delete")}
        >
          Delete
        </GuardedButton>
      </div>
      {open ? (
        <BulkDialog
          name={open}
          selected={selected}
          target={target}
          facets={facets}
          onDone={onClear}
          onClose={() => setOpen(null)}
        />
      ) : null}
    </section>
  );
}

function BulkDialog({
  name,
  selected,
  target,
  facets,
  onDone,
  onClose,
}: {
  name: ActName;
  selected: number;
  target: () => BulkTarget | null;
  facets: Facets | undefined;
  onDone: () => void;
  onClose: () => void;
}) {
  const words = ACTS[name];
  // One press is one job, also when the answer got lost on the way.
  const [key, setKey] = useState(freshKey);
  const [fields, setFields] = useState<Fields>({ key: "", value: "", group: "" });
  const set = (field: keyof Fields) => (value: string) => setFields((now) => ({ ...now, [field]: value }));
  const keys = facets?.labels.map(({ key }) => key) ?? [];
  const values = facets?.labels.find(({ key }) => key === fields.key)?.values.map(({ value }) => value) ?? [];
  const begin = async (reason: string) => {
    const whom = target();
    const act = actOf(name, fields);
    if (!whom)
      throw new Error(
        "This selection cannot be said in one query. Narrow the query, or select fewer by hand.",
      );
    if (!act) throw new Error("Fill in the fields first.");
    if ("match" in whom) {
      if (name === "unarchive" && !whom.match.archived)
        throw new Error("None of these is archived. Choose the filter Archived first, and select there.");
    }
    try {
      await beginBulk({
        target: whom,
        act,
        title: titleOf(name, fields, selected),
        reason,
        expected: mostOf(selected, words.danger === true),
        key,
      });
    } catch (problem) {
      // Refused, so the next press is another one. Without an answer the same key finds out whether this one began.
      if (problem instanceof Problem && problem.status !== 0) setKey(freshKey());
      throw problem;
    }
    onDone();
  };
  return (
    <ActDialog
      title={words.verb(selected)}
      verb={words.verb(selected)}
      act={begin}
      onClose={onClose}
      ready={actOf(name, fields) !== null}
      danger={words.danger}
      reason={words.reason}
      typed={words.final ? `delete ${selected}` : undefined}
    >
      <div>{words.means}</div>
      {name === "set-label" ? (
        <div className={classes.pair}>
          <Suggested label="Key" known={keys} value={fields.key} onChange={set("key")} first />
          <Suggested label="Value" known={values} value={fields.value} onChange={set("value")} />
        </div>
      ) : null}
      {name === "remove-label" ? (
        <Suggested label="Key" known={keys} value={fields.key} onChange={set("key")} first />
      ) : null}
      {name === "add-group" || name === "remove-group" ? (
        <Suggested
          label="Group"
          about="Id of the group."
          known={Object.keys(facets?.groups ?? {})}
          value={fields.group}
          onChange={set("group")}
          first
        />
      ) : null}
    </ActDialog>
  );
}

/** What harms nobody may reach a few more than the screen said: a large fleet never stands still. */
const MORE_SHARE = 0.05;

/** How many may be reached: since the dialog was opened, half of the fleet may have gone away. The server refuses more. */
const mostOf = (shown: number, strict: boolean): number =>
  strict ? shown : shown + Math.ceil(shown * MORE_SHARE);

/** A field with suggestions of the browser's own: nothing lies over the buttons. */
function Suggested({
  label,
  about,
  known,
  value,
  onChange,
  first = false,
}: {
  label: string;
  about?: string;
  known: readonly string[];
  value: string;
  onChange: (value: string) => void;
  first?: boolean;
}) {
  const list = useId();
  return (
    <>
      <TextInput
        label={label}
        description={about}
        list={list}
        autoComplete="off"
        spellCheck={false}
        value={value}
        {...(first ? { "data-autofocus": true } : {})}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      />
      <datalist id={list}>
        {known.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
    </>
  );
}
