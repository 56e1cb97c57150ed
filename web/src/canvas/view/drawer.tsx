// The details of a card or wire, beside the canvas and never over it. What it tells goes on changing while it is open.
import { ActionIcon, Button } from "@mantine/core";
import { X } from "lucide-react";
import { memo, type ReactNode } from "react";
import type { Topology } from "../../api/topology";
import { count, percent, plural, rate } from "../../lib/numbers";
import { sentence } from "../../lib/text";
import { StateBadge } from "../../ui/badges";
import { Sparkline } from "../../ui/sparkline";
import { Rate, Unknown } from "../../ui/values";
import type { Card, Drawing, Wire } from "../model/drawing";
import type { CardLive } from "../model/live";
import { cardOverlay, median, rejectedPercent, wireOverlay } from "../model/overlay";
import { KIND_WORDS, MATCH_WORDS, shortName } from "../model/say";
import { dropWord, iconOf } from "./card";
import classes from "./drawer.module.css";
import { useCardLive, useWireLive } from "./tools";

interface Props {
  id: string;
  drawing: Drawing;
  topology: Topology;
  onSelect: (id: string | null) => void;
  onToggle: (id: string) => void;
  actions: ((card: Card) => ReactNode) | undefined;
}

/** Members of a fold that are listed. */
const LISTED = 60;

/** Not drawn anew while something else is pressed: that is shown first. */
export const Drawer = memo(function Drawer(props: Props) {
  const { id, drawing, onSelect } = props;
  const card = drawing.cards.find((each) => each.id === id);
  const wire = drawing.wires.find((each) => each.id === id);
  return (
    <aside className={classes.drawer} aria-label="Details">
      <ActionIcon
        className={classes.close ?? ""}
        variant="subtle"
        color="gray"
        aria-label="Close the details"
        onClick={() => onSelect(null)}
      >
        <X size={16} aria-hidden />
      </ActionIcon>
      {card ? <OfCard {...props} card={card} /> : wire ? <OfWire {...props} wire={wire} /> : <Gone />}
    </aside>
  );
});

function Gone() {
  return (
    <p className="quiet">
      This is no longer part of the picture. Perhaps it was renamed, or nobody runs it any more.
    </p>
  );
}

function OfCard({ card, drawing, topology, onSelect, onToggle, actions }: Props & { card: Card }) {
  const live = useCardLive(card.id);
  const Icon = iconOf(card);
  const { fold } = card;
  return (
    <>
      <header>
        <div className={classes.kind}>
          <Icon size={14} aria-hidden />
          {[KIND_WORDS[card.kind], card.type, card.scope].filter(Boolean).join(" · ")}
        </div>
        <h2 className={classes.name} title={card.name}>
          <bdi>{card.name}</bdi>
        </h2>
      </header>
      {actions ? <div className={classes.actions}>{actions(card)}</div> : null}
      {fold !== null ? (
        <Button variant="default" onClick={() => onToggle(fold)}>
          Show these {count(card.members.length)} on the canvas
        </Button>
      ) : null}
      {live ? <CardNumbers card={card} live={live} /> : null}
      {card.steps.length > 0 && live ? <StepTable card={card} live={live} /> : null}
      <Neighbors
        title="Comes from"
        wires={drawing.wires.filter(({ to }) => to === card.id)}
        end="from"
        drawing={drawing}
        onSelect={onSelect}
      />
      <Neighbors
        title="Goes to"
        wires={drawing.wires.filter(({ from }) => from === card.id)}
        end="to"
        drawing={drawing}
        onSelect={onSelect}
      />
      {fold !== null ? <Members card={card} topology={topology} /> : null}
    </>
  );
}

function CardNumbers({ card, live }: { card: Card; live: CardLive }) {
  const overlay = cardOverlay(card, live);
  const { state, numbers } = live;
  const why = overlay.why ?? "The collectors that run this do not count it.";
  const badges = [state.status, state.sync, state.health].filter((word): word is string => word !== null);
  const isSource = card.kind === "source";
  return (
    <>
      {badges.length > 0 ? (
        <div className={classes.badges}>
          {badges.map((word, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two badges may say the same word
            <StateBadge key={index} state={word} />
          ))}
        </div>
      ) : null}
      {overlay.flag ? <p className={classes.error}>{overlay.flag}</p> : null}
      <Sparkline points={overlay.series} width={300} height={48} />
      <dl className={classes.numbers}>
        {overlay.lines.map((line) => (
          <Row key={line.word} word={line.word}>
            <Rate value={line.value} why={why} />
          </Row>
        ))}
        <Row word="median of the last minutes">
          <Rate value={median(overlay.series)} why={why} />
        </Row>
        {card.kind === "route" ? null : (
          <Row word={isSource ? "refused" : "failed"}>
            <Rate value={numbers.errors_per_s} why={why} />
          </Row>
        )}
        {isSource ? (
          <Row word="taken by no route">
            <Rate
              value={numbers.unrouted_per_s}
              why="Not known. Where a record may go several ways, it cannot be told from counts."
            />
          </Row>
        ) : null}
        {card.kind === "route" ? (
          <Row word="dropped on the way">
            {numbers.dropped_percent === null ? <Unknown why={why} /> : percent(numbers.dropped_percent)}
          </Row>
        ) : null}
        {overlay.queue ? (
          <Row word="queue">
            {overlay.queue.fill === null ? (
              <Unknown why={overlay.queue.text} />
            ) : (
              `${count(numbers.queue_size)} of ${count(numbers.queue_capacity)}`
            )}
          </Row>
        ) : null}
        <Row word="collectors">
          {count(live.reporting)} of {plural(live.collectors, "collector")} report
        </Row>
      </dl>
      {overlay.why ? <p className="quiet">{overlay.why}</p> : null}
    </>
  );
}

function Row({ word, children }: { word: string; children: ReactNode }) {
  return (
    <div>
      <dt>{sentence(word)}</dt>
      <dd className="num">{children}</dd>
    </div>
  );
}

function StepTable({ card, live }: { card: Card; live: CardLive }) {
  return (
    <table className={classes.steps}>
      <caption>Steps</caption>
      <thead>
        <tr>
          <th scope="col">Step</th>
          <th scope="col">In</th>
          <th scope="col">Out</th>
          <th scope="col">Change</th>
        </tr>
      </thead>
      <tbody>
        {card.steps.map((step) => {
          const numbers = live.steps.find(({ id }) => id === step.id);
          return (
            <tr key={step.id}>
              <th scope="row" title={`${step.id} (${step.type})`}>
                <bdi>{step.name ?? step.id}</bdi>
              </th>
              <td className="num">{rate(numbers?.in_per_s)}</td>
              <td className="num">{rate(numbers?.out_per_s)}</td>
              <td className="num">{dropWord(numbers?.dropped_percent ?? null)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Neighbors({
  title,
  wires,
  end,
  drawing,
  onSelect,
}: {
  title: string;
  wires: readonly Wire[];
  end: "from" | "to";
  drawing: Drawing;
  onSelect: (id: string) => void;
}) {
  if (wires.length === 0) return null;
  return (
    <section aria-label={title}>
      <h3 className={classes.title}>{title}</h3>
      <ul className={classes.list}>
        {wires.slice(0, LISTED).map((wire) => (
          <Neighbor
            key={wire.id}
            wire={wire}
            card={drawing.cards.find(({ id }) => id === wire[end])}
            onSelect={onSelect}
          />
        ))}
      </ul>
      {wires.length > LISTED ? <p className="quiet">…and {count(wires.length - LISTED)} more</p> : null}
    </section>
  );
}

function Neighbor({
  wire,
  card,
  onSelect,
}: {
  wire: Wire;
  card: Card | undefined;
  onSelect: (id: string) => void;
}) {
  const live = useWireLive(wire.id);
  if (!card) return null;
  const overlay = live ? wireOverlay(wire, live) : null;
  return (
    <li>
      <button type="button" className={classes.link} onClick={() => onSelect(card.id)}>
        <bdi className="clip" title={card.name}>
          {card.name}
        </bdi>
      </button>
      {overlay?.text ? (
        <button
          type="button"
          className={`num ${classes.link}`}
          onClick={() => onSelect(wire.id)}
          aria-label={`Details of the way to or from ${shortName(card.name)}: ${overlay.text}`}
        >
          {wire.badge ? <span className={classes.badge}>{wire.badge}</span> : null} {overlay.text}
        </button>
      ) : null}
    </li>
  );
}

function Members({ card, topology }: { card: Card; topology: Topology }) {
  const members = new Set(card.members.slice(0, LISTED));
  return (
    <section aria-label="Together on this card">
      <h3 className={classes.title}>Together on this card</h3>
      <ul className={classes.list}>
        {topology.nodes.flatMap((node) =>
          members.has(node.id)
            ? [
                <li key={node.id}>
                  <bdi className="clip" title={node.name}>
                    {node.name}
                  </bdi>
                </li>,
              ]
            : [],
        )}
      </ul>
      {card.members.length > LISTED ? (
        <p className="quiet">…and {count(card.members.length - LISTED)} more</p>
      ) : null}
    </section>
  );
}

function OfWire({ wire, drawing, onSelect }: Props & { wire: Wire }) {
  const live = useWireLive(wire.id);
  const ends = [wire.from, wire.to].map((id) => drawing.cards.find((card) => card.id === id));
  const overlay = live ? wireOverlay(wire, live) : null;
  const why = overlay?.why ?? "Nothing is counted here.";
  return (
    <>
      <header>
        <div className={classes.kind}>{WIRE_WORDS[wire.kind]}</div>
        <h2 className={classes.name}>
          {ends.map((card, index) =>
            card ? (
              <span key={card.id}>
                {index === 1 ? " → " : null}
                <button type="button" className={classes.link} onClick={() => onSelect(card.id)}>
                  <bdi>{shortName(card.name)}</bdi>
                </button>
              </span>
            ) : null,
          )}
        </h2>
      </header>
      {overlay && live && wire.kind !== "runs" ? (
        <>
          <Sparkline points={overlay.series} width={300} height={48} />
          <WireNumbers wire={wire} numbers={live.numbers} why={why} />
        </>
      ) : null}
      {wire.badge ? <p>{MATCH_WORDS[wire.badge]}</p> : null}
      <p className="quiet">
        {wire.kind === "runs" ? "These collectors run it. Nothing is counted here." : overlay?.why}
      </p>
    </>
  );
}

const WIRE_WORDS: Record<Wire["kind"], string> = {
  runs: "Collectors and what they run",
  route: "Source to route",
  send: "To a destination",
  link: "Link between collectors",
};

function WireNumbers({
  wire,
  numbers,
  why,
}: {
  wire: Wire;
  numbers: import("../../api/topology").EdgeNumbers;
  why: string;
}) {
  const rejected = rejectedPercent(numbers.offered_per_s, numbers.matched_per_s);
  const rows: Array<[string, number | null]> =
    wire.kind === "route"
      ? [
          ["offered", numbers.offered_per_s],
          ["matched", numbers.matched_per_s],
        ]
      : wire.kind === "link"
        ? [
            ["sent", numbers.sent_per_s],
            ["received", numbers.received_per_s],
            ["lost", numbers.lost_per_s],
            ["failed or refused", numbers.errors_per_s],
          ]
        : [
            ["handed over", numbers.offered_per_s],
            ["sent", numbers.sent_per_s],
            ["failed", numbers.errors_per_s],
          ];
  return (
    <dl className={classes.numbers}>
      {rows.map(([word, value]) => (
        <Row key={word} word={word}>
          <Rate value={value} why={why} />
        </Row>
      ))}
      {wire.kind === "route" ? (
        <Row word="rejected by the route's filter">
          {rejected === null ? <Unknown why={why} /> : percent(rejected)}
        </Row>
      ) : null}
    </dl>
  );
}
