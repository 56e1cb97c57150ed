// What is shown beside a card or wire under the pointer: a larger line of the last minute, now and the middle value.
import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { rate } from "../../lib/numbers";
import { Sparkline } from "../../ui/sparkline";
import type { Drawing } from "../model/drawing";
import { cardOverlay, median, wireOverlay } from "../model/overlay";
import { KIND_WORDS, MATCH_WORDS, shortName } from "../model/say";
import classes from "./canvas.module.css";
import { useCardLive, useWireLive } from "./tools";

export interface Hover {
  id: string;
  /** Within the canvas, in pixels. */
  x: number;
  y: number;
}

/** Long enough that passing over a card shows nothing. */
const DELAY_MS = 350;
const WIDTH = 248;
const HEIGHT = 150;

export function useHover(frame: RefObject<HTMLElement | null>): {
  hover: Hover | null;
  over: (event: React.MouseEvent, what: { id: string }) => void;
  out: () => void;
} {
  const [hover, setHover] = useState<Hover | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const out = useCallback(() => {
    if (timer.current !== null) clearTimeout(timer.current);
    timer.current = null;
    setHover(null);
  }, []);
  const over = useCallback(
    (event: React.MouseEvent, { id }: { id: string }) => {
      if (timer.current !== null) clearTimeout(timer.current);
      const box = frame.current?.getBoundingClientRect();
      // A pressed button is a drag that begins.
      if (!box || event.buttons !== 0) return;
      const x = Math.min(Math.max(event.clientX - box.left + 16, 8), box.width - WIDTH - 8);
      const below = event.clientY - box.top + 18;
      const y = below + HEIGHT > box.height ? Math.max(8, below - HEIGHT - 36) : below;
      timer.current = setTimeout(() => setHover({ id, x, y }), DELAY_MS);
    },
    [frame],
  );
  // Whoever presses something looks at that, and not at what stands under it.
  useEffect(() => {
    const element = frame.current;
    element?.addEventListener("pointerdown", out);
    return () => {
      element?.removeEventListener("pointerdown", out);
      out();
    };
  }, [frame, out]);
  return { hover, over, out };
}

export function HoverCard({ hover, drawing }: { hover: Hover; drawing: Drawing }) {
  return (
    // Said by the card's own label and in the drawer: for eyes only.
    <div className={classes.hover} style={{ left: hover.x, top: hover.y, width: WIDTH }} aria-hidden="true">
      {drawing.cards.some(({ id }) => id === hover.id) ? (
        <OfCard id={hover.id} drawing={drawing} />
      ) : (
        <OfWire id={hover.id} drawing={drawing} />
      )}
    </div>
  );
}

function OfCard({ id, drawing }: { id: string; drawing: Drawing }) {
  const live = useCardLive(id);
  const card = drawing.cards.find((each) => each.id === id);
  if (!card || !live) return null;
  const overlay = cardOverlay(card, live);
  return (
    <>
      <bdi className={classes.hoverName}>{shortName(card.name)}</bdi>
      <div className="quiet">
        {[KIND_WORDS[card.kind], card.type, card.scope].filter(Boolean).join(" · ")}
      </div>
      <Sparkline points={overlay.series} width={WIDTH - 26} height={36} />
      <div className="num">
        {overlay.lines.map(({ word, value }) => `${rate(value)} ${word}`).join(" · ")} · median{" "}
        {rate(median(overlay.series))}
      </div>
      {overlay.queue ? <div>{overlay.queue.text}</div> : null}
      {overlay.flag ? <div className={classes.flag}>{shortName(overlay.flag)}</div> : null}
      {overlay.why ? <div className="quiet">{overlay.why}</div> : null}
    </>
  );
}

function OfWire({ id, drawing }: { id: string; drawing: Drawing }) {
  const live = useWireLive(id);
  const wire = drawing.wires.find((each) => each.id === id);
  if (!wire || !live) return null;
  const overlay = wireOverlay(wire, live);
  const name = (end: string) => shortName(drawing.cards.find((card) => card.id === end)?.name ?? end);
  return (
    <>
      <div className={classes.hoverName}>
        <bdi>{name(wire.from)}</bdi> → <bdi>{name(wire.to)}</bdi>
      </div>
      {overlay.text === null ? (
        <div className="quiet">These collectors run it. Nothing is counted here.</div>
      ) : (
        <>
          <Sparkline points={overlay.series} width={WIDTH - 26} height={36} />
          <div className="num">
            {overlay.text} · median {rate(median(overlay.series))}
          </div>
        </>
      )}
      {wire.badge ? <div className="quiet">{MATCH_WORDS[wire.badge]}</div> : null}
      {overlay.lost === null ? null : <div className={classes.flag}>Lost {rate(overlay.lost)}</div>}
      {overlay.why ? <div className="quiet">{overlay.why}</div> : null}
    </>
  );
}
