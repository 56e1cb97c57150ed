// The query bar: free text and comparisons with completion from what the fleet has. What is typed is asked when it is whole
// and the typing rests, or at Enter; the server's fault stands under the bar with its place.
// biome-ignore-all lint/a11y/useFocusableInteractive: the input keeps the focus for its list
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the input takes the keys of its list
import { Search, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { count } from "../lib/numbers";
import { columnOf, isComplete, isWritingValue, QUERY_CHARS_MAX, spellOut } from "../lib/query";
import { type Completion, complete, type Vocabulary } from "../lib/query-complete";
import classes from "./query-bar.module.css";
import { Said } from "./said";

const REST_MS = 400;

export function QueryBar({
  value,
  onChange,
  known,
  fault,
  label,
  placeholder = "Search, or compare: label.env=prod",
}: {
  /** What is asked now. */
  value: string;
  onChange: (query: string) => void;
  known: Vocabulary;
  /** The server's sentence about `value`. */
  fault?: string | null;
  label: string;
  placeholder?: string;
}) {
  const [text, setText] = useState(value);
  const [caret, setCaret] = useState(value.length);
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  const asked = useRef(value);
  const rest = useRef<ReturnType<typeof setTimeout> | null>(null);
  const id = useId();

  // Somebody else changed the query (a chip, the address): it takes the place of what stands here.
  useEffect(() => {
    if (value === asked.current) return;
    asked.current = value;
    setText(value);
  }, [value]);
  useEffect(() => () => clearTimeout(rest.current ?? undefined), []);

  const ask = (query: string) => {
    clearTimeout(rest.current ?? undefined);
    const spelled = spellOut(query.trim(), new Set(known.labels.map(({ key }) => key)));
    if (spelled === asked.current) return;
    asked.current = spelled;
    onChange(spelled);
  };
  // Enter, or the end of the visit: what stands here is now what is asked, spelled out.
  const settle = () => {
    setOpen(false);
    setText(spellOut(text, new Set(known.labels.map(({ key }) => key))));
    ask(text);
  };
  const type = (query: string, at: number) => {
    setText(query);
    setCaret(at);
    setOpen(true);
    setChosen(-1);
    clearTimeout(rest.current ?? undefined);
    if (isComplete(query) && !isWritingValue(query)) rest.current = setTimeout(() => ask(query), REST_MS);
  };
  const options = open ? complete(text, Math.min(caret, text.length), known) : [];
  const take = (option: Completion) => {
    const next = text.slice(0, option.from) + option.insert + text.slice(option.to);
    const at = option.from + option.insert.length;
    type(next, at);
    if (option.whole) {
      setOpen(false);
      ask(next);
    }
    requestAnimationFrame(() => {
      input.current?.focus();
      input.current?.setSelectionRange(at, at);
    });
  };
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && (options.length > 0 || !open)) {
      event.preventDefault();
      setOpen(true);
      const way = event.key === "ArrowDown" ? 1 : -1;
      if (options.length > 0) setChosen((now) => (now + way + options.length + 1) % (options.length + 1));
    } else if (event.key === "Enter") {
      event.preventDefault();
      const option = options[chosen];
      if (option) {
        take(option);
      } else {
        settle();
      }
    } else if (event.key === "Tab" && options[chosen]) {
      event.preventDefault();
      take(options[chosen]);
    } else if (event.key === "Escape") {
      if (open) setOpen(false);
      else type("", 0);
    }
  };

  const shown = open && options.length > 0;
  const faulty = Boolean(fault) && text.trim() === value.trim();
  return (
    <search className={classes.bar}>
      <div className={classes.field} data-faulty={faulty || undefined}>
        <Search size={15} aria-hidden />
        <input
          ref={input}
          className={classes.input}
          role="combobox"
          aria-label={label}
          aria-expanded={shown}
          aria-controls={`${id}list`}
          aria-autocomplete="list"
          aria-activedescendant={shown && options[chosen] ? `${id}${chosen}` : undefined}
          aria-invalid={faulty || undefined}
          aria-describedby={faulty ? `${id}fault` : undefined}
          autoComplete="off"
          spellCheck={false}
          dir="auto"
          maxLength={QUERY_CHARS_MAX}
          placeholder={placeholder}
          value={text}
          onChange={({ currentTarget }) =>
            type(currentTarget.value, currentTarget.selectionStart ?? currentTarget.value.length)
          }
          onSelect={({ currentTarget }) => setCaret(currentTarget.selectionStart ?? 0)}
          onClick={() => setOpen(true)}
          onBlur={() => (isComplete(text) ? settle() : setOpen(false))}
          onKeyDown={press}
        />
        {text ? (
          <button
            type="button"
            className={classes.clear}
            aria-label="Clear the query"
            onClick={() => {
              setText("");
              setOpen(false);
              ask("");
              input.current?.focus();
            }}
          >
            <X size={14} aria-hidden />
          </button>
        ) : null}
      </div>
      <div id={`${id}list`} className={classes.list} role="listbox" aria-label="Completions" hidden={!shown}>
        {options.map((option, index) => (
          <div
            key={option.label}
            id={`${id}${index}`}
            className={classes.option}
            role="option"
            aria-selected={index === chosen}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => take(option)}
            ref={(node) => {
              if (node && index === chosen) node.scrollIntoView({ block: "nearest" });
            }}
          >
            <span className="clip">{option.label}</span>
            <span className="num">{option.hint}</span>
          </div>
        ))}
      </div>
      <div id={`${id}fault`} aria-live="polite">
        {faulty ? <Fault sentence={fault ?? ""} query={value} /> : null}
      </div>
    </search>
  );
}

/** The server's words and the place in the text. */
function Fault({ sentence, query }: { sentence: string; query: string }) {
  const place = columnOf(sentence);
  if (!place)
    return (
      <div className={classes.fault}>
        <Said text={sentence} />
      </div>
    );
  const signs = [...query];
  const at = Math.min(Math.max(place.column - 1, 0), signs.length);
  // Long queries show the neighborhood only.
  const from = Math.max(0, at - 40);
  return (
    <div className={classes.fault}>
      <Said text={`Column ${count(place.column)}: ${place.why}`} />
      <code className={classes.where}>
        {from > 0 ? "…" : ""}
        {signs.slice(from, at).join("")}
        <mark>{signs[at] ?? " "}</mark>
        {signs.slice(at + 1, at + 40).join("")}
      </code>
    </div>
  );
}
