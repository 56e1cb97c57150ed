// The keys of the page, shown on `?`.
import { Dialog } from "../ui/dialog";
import classes from "./key-map.module.css";
import { GO } from "./keys";

const EVERYWHERE: ReadonlyArray<readonly [string, string]> = [
  ["/", "Search collectors, entities and commits"],
  ["?", "These keys"],
  ["Escape", "Close what stands on top"],
];
const LISTS: ReadonlyArray<readonly [string, string]> = [
  ["↑ ↓", "Another row"],
  ["Enter", "Open the row"],
  ["Space", "Select the row"],
];
const EDITING: ReadonlyArray<readonly [string, string]> = [
  ["Ctrl Z", "Undo a change of the draft"],
  ["Ctrl Shift Z", "Redo it"],
  ["Space ↑ ↓", "Take a step of a pipeline and move it; Space again puts it down"],
];

export default function KeyMap({ onClose }: { onClose: () => void }) {
  const screens = Object.entries(GO).map(([key, { label }]) => [`g ${key}`, label] as const);
  return (
    <Dialog title="Keys" open onClose={onClose} wide>
      <div className={classes.columns}>
        <Keys title="Everywhere" keys={EVERYWHERE} />
        <Keys title="Go to" keys={screens} />
        <Keys title="In tables" keys={LISTS} />
        <Keys title="While editing" keys={EDITING} />
      </div>
    </Dialog>
  );
}

function Keys({ title, keys }: { title: string; keys: ReadonlyArray<readonly [string, string]> }) {
  return (
    <section aria-label={title}>
      <h3 className={classes.title}>{title}</h3>
      <dl className={classes.keys}>
        {keys.map(([key, what]) => (
          <div key={key}>
            <dt>
              {key.split(" ").map((part) => (
                <kbd key={part}>{part}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
