// Search over everything: screens, collectors, entities, commits. Loaded when it is first opened.
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { CornerDownLeft, GitCommitHorizontal, type LucideIcon, Search, Server, Shapes } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { asQuery, type Found, searchQuery } from "../api/search";
import { plural } from "../lib/numbers";
import { beginning, middle, sentence } from "../lib/text";
import { Dialog } from "../ui/dialog";
import { message } from "../ui/page";
import { NAVIGATION } from "./navigation";
import classes from "./palette.module.css";

interface Hit {
  id: string;
  kind: string;
  title: string;
  about?: string;
  icon: LucideIcon;
  go: () => void;
}

/** The typing settles before the server is asked. */
const SETTLE_MS = 150;

export default function Palette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  const settled = useSettled(text.trim());
  const found = useQuery({ ...searchQuery(settled), enabled: settled !== "" });
  const [chosen, setChosen] = useState(0);
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const hits = useHits(text.trim(), settled === "" ? undefined : found.data, onClose);
  const at = Math.min(chosen, hits.length - 1);

  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView?.({ block: "nearest" });
  });
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && hits.length > 0) setChosen((at + step + hits.length) % hits.length);
    else if (event.key === "Enter") hits[at]?.go();
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title="Search" open onClose={onClose} wide>
      <div className={classes.field}>
        <Search size={16} aria-hidden />
        <input
          role="combobox"
          aria-label="Search collectors, entities, commits and screens"
          aria-expanded={hits.length > 0}
          aria-controls={`${id}hits`}
          aria-activedescendant={hits[at] ? `${id}${at}` : undefined}
          placeholder="Host, label, pipeline, commit, or label.env=prod"
          spellCheck={false}
          autoComplete="off"
          maxLength={500}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setChosen(0);
          }}
          onKeyDown={press}
        />
      </div>
      <div ref={list} id={`${id}hits`} role="listbox" aria-label="Results" className={classes.hits}>
        {hits.map((hit, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the input keeps the focus
          // biome-ignore lint/a11y/useKeyWithClickEvents: the input takes the keys
          <div
            key={hit.id}
            id={`${id}${index}`}
            role="option"
            aria-selected={index === at}
            className={classes.hit}
            onClick={hit.go}
            onMouseMove={() => setChosen(index)}
          >
            <hit.icon size={15} aria-hidden />
            <span className={classes.title}>
              <bdi>{beginning(hit.title)}</bdi>
              {hit.about ? <span className={classes.about}>{hit.about}</span> : null}
            </span>
            <span className={classes.kind}>{hit.kind}</span>
            {index === at ? <CornerDownLeft size={13} aria-hidden /> : null}
          </div>
        ))}
      </div>
      <p className={classes.state} role="status">
        {found.isError
          ? message(found.error)
          : settled !== "" && !found.isFetching && hits.length === 0
            ? "Nothing matches. Every word is looked for in names, ids and labels."
            : ""}
      </p>
    </Dialog>
  );
}

function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

function useHits(text: string, found: Found | undefined, close: () => void): Hit[] {
  const navigate = useNavigate();
  return useMemo(() => {
    const go = (act: () => Promise<void>) => () => {
      close();
      void act();
    };
    const word = text.toLowerCase();
    const screens: Hit[] = NAVIGATION.flatMap(({ items }) => items)
      .filter(({ label }) => label.toLowerCase().includes(word))
      .map(({ to, label, icon }) => ({
        id: `screen ${to}`,
        kind: "Screen",
        title: label,
        icon,
        go: go(() => navigate({ to })),
      }));
    if (!found || text === "") return screens;
    const collectors: Hit[] = found.collectors.map(({ id, name, sync }) => ({
      id: `collector ${id}`,
      kind: "Collector",
      title: name,
      about: name === id ? sentence(sync) : `${id} · ${sentence(sync)}`,
      icon: Server,
      go: go(() => navigate({ to: "/collectors/$collector", params: { collector: id } })),
    }));
    const more = found.total !== null && found.total > found.collectors.length ? found.total : 0;
    if (more > 0)
      collectors.push({
        id: "all collectors",
        kind: "Collectors",
        title: `Show all ${plural(more, "collector")} that match`,
        icon: Server,
        go: go(() => navigate({ to: "/collectors", search: { q: asQuery(text) } })),
      });
    const entities: Hit[] = found.entities.map(({ id, kind, path, scope, entity }) => ({
      id: path,
      kind: sentence(kind).replace(/s$/, ""),
      title: typeof entity.name === "string" ? entity.name : id,
      about: scope ? `${id} · ${scope}` : id,
      icon: Shapes,
      go:
        kind === "pipelines"
          ? go(() => navigate({ to: "/pipelines/$pipeline", params: { pipeline: id } }))
          : kind === "groups"
            ? go(() => navigate({ to: "/groups/$group", params: { group: id } }))
            : go(() => navigate({ to: "/edit/$", params: { _splat: path.replace(/\.yaml$/, "") } })),
    }));
    const revisions: Hit[] = found.revisions.map(({ revision, subject, author }) => ({
      id: revision,
      kind: "Commit",
      title: subject,
      about: `${middle(revision, 11)} · ${author}`,
      icon: GitCommitHorizontal,
      go: go(() => navigate({ to: "/history/$revision", params: { revision } })),
    }));
    return [...screens.slice(0, 3), ...collectors, ...entities, ...revisions];
  }, [text, found, navigate, close]);
}
