// One card on the canvas: icon, name, a line of state, its numbers. Numbers reach only the parts that show them.
import type { Node, NodeProps } from "@xyflow/react";
import {
  ChevronDown,
  ChevronRight,
  CircleAlert,
  FileInput,
  Link2,
  type LucideIcon,
  MapPin,
  Route,
  Server,
  ServerCog,
} from "lucide-react";
import { memo } from "react";
import { percent, rate } from "../../lib/numbers";
import { Sparkline } from "../../ui/sparkline";
import type { Card } from "../model/drawing";
import { type CardOverlay, cardOverlay } from "../model/overlay";
import { sayCard, stateLine } from "../model/say";
import classes from "./card.module.css";
import { useCardLive, useStanding, useTools } from "./tools";

export type CardNode = Node<{ card: Card; isExpanded: boolean }, "card">;

const ICONS: Record<Card["kind"], LucideIcon> = {
  collectors: ServerCog,
  collector: Server,
  source: FileInput,
  route: Route,
  destination: MapPin,
};

export function iconOf(card: Pick<Card, "kind" | "type">): LucideIcon {
  return card.type === "link" ? Link2 : ICONS[card.kind];
}

/** The card's frame. */
export const CardOnCanvas = memo(function CardOnCanvas({ data: { card, isExpanded } }: NodeProps<CardNode>) {
  const stand = useStanding(card.id);
  const hasSteps = card.steps.length > 0;
  return (
    <div
      ref={stand}
      className={classes.card}
      data-kind={card.kind}
      data-fold={card.fold !== null || undefined}
      data-steps={hasSteps ? (isExpanded ? "shown" : "hidden") : undefined}
    >
      <Face card={card} />
      {hasSteps ? <Toggle card={card} isExpanded={isExpanded} /> : null}
      {isExpanded && hasSteps ? <Steps card={card} /> : null}
    </div>
  );
});

/** What the card says; a button that shows its details. */
const Face = memo(function Face({ card }: { card: Card }) {
  const live = useCardLive(card.id);
  const overlay = live ? cardOverlay(card, live) : null;
  const Icon = iconOf(card);
  const [main] = overlay?.lines ?? [];
  // Where telemetry is refused or cannot be sent; the others have the flag.
  const isEnd = card.kind === "source" || card.kind === "destination";
  return (
    <button
      type="button"
      className={classes.face}
      data-card={card.id}
      tabIndex={-1}
      data-failing={(isEnd && overlay?.isFailing) || undefined}
      data-off={(card.kind === "collector" && live?.state.status === "disconnected") || undefined}
    >
      <span className="only-read">{sayCard(card, live)}</span>
      <span className={classes.near} aria-hidden>
        <span className={classes.head}>
          <Icon size={15} strokeWidth={1.9} />
          <bdi className={`clip ${classes.name}`}>{card.name}</bdi>
          {overlay?.flag ? <CircleAlert size={15} className={classes.flag} /> : null}
        </span>
        <span className={`clip ${classes.state}`}>{stateLine(card, live)}</span>
        {overlay ? <Numbers overlay={overlay} /> : null}
        <span className={classes.signals}>{card.signals.join(" · ")}</span>
      </span>
      <span className={classes.far} aria-hidden>
        <Icon size={40} strokeWidth={1.7} />
        <span className={classes.farNumber}>{rate(main?.value)}</span>
      </span>
    </button>
  );
});

function Numbers({ overlay }: { overlay: CardOverlay }) {
  return (
    <span className={classes.numbers}>
      <span className={classes.row}>
        <span className={classes.lines}>
          {overlay.lines.map((line) => (
            <span key={line.word} data-unknown={line.value === null || undefined}>
              <b className="num">{rate(line.value)}</b> {line.word}
            </span>
          ))}
        </span>
        <Sparkline points={overlay.series} width={68} height={22} />
      </span>
      {overlay.queue ? (
        <span className={classes.queue} data-unknown={overlay.queue.fill === null || undefined}>
          <span
            style={{ transform: `scaleX(${overlay.queue.fill ?? 0})` }}
            data-full={(overlay.queue.fill ?? 0) >= 0.8 || undefined}
          />
        </span>
      ) : null}
    </span>
  );
}

function Toggle({ card, isExpanded }: { card: Card; isExpanded: boolean }) {
  const { toggle } = useTools();
  return (
    <button
      type="button"
      className={`nodrag ${classes.toggle}`}
      aria-expanded={isExpanded}
      aria-label={`${isExpanded ? "Hide" : "Show"} the ${card.steps.length} steps`}
      tabIndex={-1}
      onClick={(event) => {
        event.stopPropagation();
        toggle(card.id);
      }}
    >
      {isExpanded ? <ChevronDown size={14} aria-hidden /> : <ChevronRight size={14} aria-hidden />}
      {card.steps.length}
    </button>
  );
}

const Steps = memo(function Steps({ card }: { card: Card }) {
  const live = useCardLive(card.id);
  return (
    <ol className={classes.steps}>
      {card.steps.map((step) => {
        const numbers = live?.steps.find(({ id }) => id === step.id);
        return (
          <li key={step.id} className={classes.step}>
            <bdi className="clip" title={step.name ?? step.id}>
              {step.name ?? step.type}
            </bdi>
            <span className={`num ${classes.stepNumbers}`}>
              {rate(numbers?.in_per_s).replace(/\/s$/, "")} → {rate(numbers?.out_per_s)}
            </span>
            <span
              className={`num ${classes.dropped}`}
              data-some={(numbers?.dropped_percent ?? 0) > 0 || undefined}
            >
              {dropWord(numbers?.dropped_percent ?? null)}
            </span>
          </li>
        );
      })}
    </ol>
  );
});

/** Percent dropped with its sign; a step that adds events has a plus. */
export function dropWord(dropped: number | null): string {
  if (dropped === null) return percent(null);
  if (dropped < 0) return `+${percent(-dropped)}`;
  return dropped === 0 ? "0%" : `−${percent(dropped)}`;
}
