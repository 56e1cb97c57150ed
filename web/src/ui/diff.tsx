// <Diff> of two texts and <Patch> of a unified difference: side by side where there is room, unified below; words marked
// inside lines, unchanged parts folded. Real rows with real text, some hundreds at a time, so that find and copy work.
import { UnstyledButton } from "@mantine/core";
import { Fragment, type ReactNode, useLayoutEffect, useMemo, useRef, useState } from "react";
import { type Piece, words } from "../lib/diff";
import { type Block, type Pair, type Rows, rowsOf, rowsOfPatch, type Side } from "../lib/diff-rows";
import { count, plural } from "../lib/numbers";
import classes from "./diff.module.css";

interface Around {
  /** Repository path or another name, above the difference. */
  path?: ReactNode;
  /** Why it differs. */
  reason?: ReactNode;
  /** What the sides are, for example "Committed" and "Effective". */
  beforeLabel?: string | undefined;
  afterLabel?: string | undefined;
}

/** Rows at once; more on request. */
const ROWS_AT_ONCE = 500;
/** Characters of a line that are shown. */
const LINE_MAX = 2_000;
/** Pixels that two sides need; a screen of 1200 leaves this much beside the navigation. */
const BESIDE_MIN = 880;

/** The difference of two texts. */
export function Diff({ before, after, ...around }: Around & { before: string; after: string }) {
  const rows = useMemo(() => rowsOf(before, after), [before, after]);
  return <Difference rows={rows} {...around} />;
}

/** A unified difference as the server gives it. */
export function Patch({ text, ...around }: Around & { text: string }) {
  const rows = useMemo(() => rowsOfPatch(text), [text]);
  return <Difference rows={rows} {...around} />;
}

function Difference({
  rows,
  path,
  reason,
  beforeLabel = "Before",
  afterLabel = "After",
}: Around & { rows: Rows }) {
  const frame = useRef<HTMLDivElement>(null);
  const only = onlySide(rows);
  // A file that is new or gone has one side: half of the width would be empty.
  const beside = useRoom(frame) && only === null;
  const [open, setOpen] = useState<ReadonlySet<Block>>(new Set());
  const [most, setMost] = useState(ROWS_AT_ONCE);
  const name = typeof path === "string" ? `Difference of ${path}` : "Difference";
  const total = rows.blocks.reduce((sum, block) => sum + lengthOf(block, open), 0);
  let left = most;
  return (
    <div className={classes.frame} ref={frame}>
      <div className={classes.head}>
        <div className={classes.names}>
          {path ? <div className={classes.path}>{path}</div> : null}
          {reason ? <div className="quiet">{reason}</div> : null}
        </div>
        <span className={classes.counts}>
          <ins>+{count(rows.added)}</ins> <del>−{count(rows.removed)}</del>
          <span className="only-read"> lines added and removed</span>
        </span>
      </div>
      {rows.gaveUp ? (
        <p className={classes.note}>
          The texts differ too much to be compared line by line in reasonable time. Parts are shown as
          replaced as a whole.
        </p>
      ) : null}
      {rows.added + rows.removed === 0 ? (
        <p className={classes.none}>No difference.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must take the focus
        <section className={classes.scroll} aria-label={name} tabIndex={0}>
          <table className={classes.table} data-beside={beside || undefined}>
            <colgroup>
              <col className={classes.numbers} />
              {beside || only ? null : <col className={classes.numbers} />}
              <col />
              {beside ? <col className={classes.numbers} /> : null}
              {beside ? <col /> : null}
            </colgroup>
            <thead>
              <tr>
                {beside ? (
                  <>
                    <th colSpan={2}>{beforeLabel}</th>
                    <th colSpan={2}>{afterLabel}</th>
                  </>
                ) : (
                  <th colSpan={only ? 2 : 3}>
                    {only
                      ? `All lines are ${only}`
                      : `${beforeLabel} (−) and ${afterLabel.toLowerCase()} (+)`}
                  </th>
                )}
              </tr>
            </thead>
            <tbody>
              {rows.blocks.map((block, index) => {
                if (left <= 0) return null;
                const shown = left;
                left -= lengthOf(block, open);
                return (
                  <Part
                    // biome-ignore lint/suspicious/noArrayIndexKey: blocks have no other identity and do not move
                    key={index}
                    block={block}
                    most={shown}
                    beside={beside}
                    only={only}
                    folded={block.kind === "fold" && !open.has(block)}
                    unfold={() => setOpen(new Set([...open, block]))}
                  />
                );
              })}
            </tbody>
          </table>
        </section>
      )}
      {total > most ? (
        <UnstyledButton className={classes.more} onClick={() => setMost(most + ROWS_AT_ONCE * 4)}>
          Show {count(Math.min(total - most, ROWS_AT_ONCE * 4))} more of {plural(total - most, "row")}
        </UnstyledButton>
      ) : null}
    </div>
  );
}

/** The only side that there is; null where both have lines. */
function onlySide({ blocks, added, removed }: Rows): Mark | null {
  if (blocks.some(({ kind }) => kind !== "change")) return null;
  if (removed === 0) return "added";
  return added === 0 ? "removed" : null;
}

function lengthOf(block: Block, open: ReadonlySet<Block>): number {
  return block.kind === "fold" && !open.has(block) ? 1 : block.rows.length;
}

interface PartProps {
  block: Block;
  most: number;
  beside: boolean;
  only: Mark | null;
  folded: boolean;
  unfold: () => void;
}

function Part({ block, most, beside, only, folded, unfold }: PartProps) {
  if (!folded) {
    const rows = block.rows.slice(0, most);
    return beside ? <Beside rows={rows} /> : <Unified rows={rows} only={only} />;
  }
  const what = plural(block.missing ?? block.rows.length, "unchanged line");
  return (
    <tr className={classes.fold}>
      <td colSpan={beside ? 4 : 3}>
        {block.missing ? what : <UnstyledButton onClick={unfold}>Show {what}</UnstyledButton>}
      </td>
    </tr>
  );
}

function Beside({ rows }: { rows: readonly Pair[] }) {
  return rows.map((row) => {
    const found = wordsOf(row);
    return (
      <tr key={`${row.before?.line} ${row.after?.line}`} data-kind={row.kind}>
        <Cell side={row.before} pieces={found?.before} mark={row.kind === "change" ? "removed" : null} />
        <Cell side={row.after} pieces={found?.after} mark={row.kind === "change" ? "added" : null} />
      </tr>
    );
  });
}

function Cell({ side, pieces, mark }: { side: Side | null; pieces: Piece[] | undefined; mark: Mark | null }) {
  if (!side) return <td colSpan={2} className={classes.blank} />;
  return (
    <>
      <td className={classes.number} data-mark={mark}>
        {side.line}
      </td>
      <td className={classes.text} data-mark={mark}>
        <Words text={side.text} pieces={pieces} mark={mark} />
      </td>
    </>
  );
}

function Unified({ rows, only }: { rows: readonly Pair[]; only: Mark | null }) {
  if (rows[0]?.kind === "keep")
    return rows.map(({ before, after }) => (
      <tr key={before?.line}>
        <td className={classes.number}>{before?.line}</td>
        <td className={classes.number}>{after?.line}</td>
        <td className={classes.text}>{clipped(before?.text ?? "")}</td>
      </tr>
    ));
  const found = rows.map(wordsOf);
  const line = (side: Side | null, mark: Mark, pieces: Piece[] | undefined) =>
    side ? (
      <tr key={`${mark} ${side.line}`}>
        {only === "added" ? null : (
          <td className={classes.number} data-mark={mark}>
            {mark === "removed" ? side.line : ""}
          </td>
        )}
        {only === "removed" ? null : (
          <td className={classes.number} data-mark={mark}>
            {mark === "added" ? side.line : ""}
          </td>
        )}
        <td className={classes.text} data-mark={mark}>
          <Words text={side.text} pieces={pieces} mark={mark} />
        </td>
      </tr>
    ) : null;
  return (
    <Fragment>
      {rows.map((row, at) => line(row.before, "removed", found[at]?.before))}
      {rows.map((row, at) => line(row.after, "added", found[at]?.after))}
    </Fragment>
  );
}

type Mark = "removed" | "added";

function Words({ text, pieces, mark }: { text: string; pieces: Piece[] | undefined; mark: Mark | null }) {
  if (!mark) return clipped(text);
  const Word = mark === "removed" ? "del" : "ins";
  const inside = pieces?.map((piece, at) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no other identity
    piece.changed ? <Word key={at}>{visible(piece.text)}</Word> : <Fragment key={at}>{piece.text}</Fragment>,
  );
  return (
    <>
      <span className="only-read">{mark}: </span>
      {inside ?? clipped(text)}
    </>
  );
}

function wordsOf(row: Pair) {
  return row.kind === "change" && row.before && row.after ? words(row.before.text, row.after.text) : null;
}

/** A carriage return is a difference that nobody would see. */
const visible = (text: string) => text.replaceAll("\r", "␍");

function clipped(text: string): string {
  if (text.length <= LINE_MAX) return visible(text);
  return `${text.slice(0, LINE_MAX)} … ${count(text.length - LINE_MAX)} more characters`;
}

/** Whether two sides fit. */
function useRoom(frame: { current: HTMLDivElement | null }): boolean {
  const [beside, setBeside] = useState(false);
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const measure = () => setBeside(element.clientWidth >= BESIDE_MIN);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [frame]);
  return beside;
}
