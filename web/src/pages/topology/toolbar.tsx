// What is shown of the picture: signal, pools by label, live numbers, the words that are searched for, picture or table.
import { Autocomplete, SegmentedControl, Switch, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Search } from "lucide-react";
import { useEffect, useState } from "react";
import { labelKeysQuery } from "../../api/topology";
import classes from "./page.module.css";
import { type TopologySearch, viewOf } from "./search";

const SIGNALS = [
  { value: "", label: "All" },
  { value: "logs", label: "Logs" },
  { value: "metrics", label: "Metrics" },
  { value: "traces", label: "Traces" },
];
const VIEWS = [
  { value: "canvas", label: "Canvas" },
  { value: "table", label: "Table" },
];
/** Typing pauses this long before the address takes it. */
const SETTLED_MS = 250;

export function Toolbar({
  search,
  change,
}: {
  search: TopologySearch;
  change: (part: { [Key in keyof TopologySearch]?: string | undefined }) => void;
}) {
  const isFleet = search.level !== "group" && search.level !== "collector";
  return (
    <div className={classes.toolbar}>
      <SegmentedControl
        aria-label="Signal"
        size="xs"
        data={SIGNALS}
        value={search.signal ?? ""}
        onChange={(signal) => change({ signal: signal || undefined })}
      />
      {isFleet ? (
        <GroupBy by={search.by ?? ""} onChange={(by) => change({ by: by || undefined, select: undefined })} />
      ) : null}
      <Settling
        text={search.q ?? ""}
        onSettled={(q) => change({ q: q || undefined })}
        render={(text, set) => (
          <TextInput
            size="xs"
            aria-label="Find on the canvas"
            placeholder="Find by name, type or scope"
            leftSection={<Search size={13} aria-hidden />}
            value={text}
            onChange={(event) => set(event.currentTarget.value)}
            className={classes.find ?? ""}
          />
        )}
      />
      <Switch
        label="Live numbers"
        size="sm"
        checked={search.overlay !== "off"}
        onChange={(event) => change({ overlay: event.currentTarget.checked ? undefined : "off" })}
      />
      <SegmentedControl
        aria-label="View"
        size="xs"
        className={classes.view ?? ""}
        data={VIEWS}
        value={viewOf(search)}
        onChange={(view) => change({ view })}
      />
    </div>
  );
}

function GroupBy({ by, onChange }: { by: string; onChange: (by: string) => void }) {
  const keys = useQuery(labelKeysQuery);
  return (
    <Settling
      text={by}
      onSettled={onChange}
      render={(text, set) => (
        <Autocomplete
          size="xs"
          aria-label="Pool the collectors by label"
          placeholder="group"
          leftSection={<span className={classes.prefix}>Pools by</span>}
          leftSectionWidth={64}
          data={keys.data ?? []}
          value={text}
          onChange={set}
          clearable
          className={classes.by ?? ""}
        />
      )}
    />
  );
}

/** A field whose text reaches the address when typing pauses. */
function Settling({
  text,
  onSettled,
  render,
}: {
  text: string;
  onSettled: (text: string) => void;
  render: (text: string, set: (text: string) => void) => React.ReactNode;
}) {
  const [typed, setTyped] = useState(text);
  const [from, setFrom] = useState(text);
  const [sent, setSent] = useState(text);
  if (from !== text) {
    setFrom(text);
    // The address changed by another way, for example back and forth; what was typed since it was sent stays.
    if (text !== sent) setTyped(text);
    setSent(text);
  }
  useEffect(() => {
    if (typed === text) return;
    const timer = setTimeout(() => {
      setSent(typed);
      onSettled(typed);
    }, SETTLED_MS);
    return () => clearTimeout(timer);
  }, [typed, text, onSettled]);
  return render(typed, setTyped);
}
