// All wires, in one picture below the cards: as wide as the logarithm of their rate, with the number on a pill. Dashed where
// nothing is known; light runs along a wire only where data does; hatched red where what was sent does not arrive.
// They are not React Flow's edges: those look for their ends with every frame of a movement, and ours know them.
import { EdgeLabelRenderer } from "@xyflow/react";
import { memo, type RefObject, useMemo } from "react";
import { rate } from "../../lib/numbers";
import { curve, wayOf } from "../model/curve";
import type { Drawing, Wire } from "../model/drawing";
import { wireOverlay } from "../model/overlay";
import type { Layout, Places } from "../model/place";
import type { CardNode } from "./card";
import { useLooks, useWireLive } from "./tools";
import { Under } from "./under";
import classes from "./wires.module.css";

interface Props {
  frame: RefObject<HTMLElement | null>;
  drawing: Drawing;
  layout: Layout;
  /** Where the cards stand. */
  places: Places;
  /** The cards as they are now, also while they are dragged. */
  nodes: readonly CardNode[];
}

/** So many wires may have light that runs: more of it tells nothing, and is painted anew with every step. */
const LIGHTS_MOST = 48;

const hasLights = (wires: readonly Wire[]): boolean =>
  wires.filter(({ kind }) => kind !== "runs").length <= LIGHTS_MOST;

const NOWHERE: Places = new Map();

export function Wires({ frame, drawing, layout, places, nodes }: Props) {
  // What is dragged, apart: with every frame of it only its own wires are looked at.
  const dragged = new Map(
    nodes.flatMap(({ id, position }) => {
      const at = places.get(id);
      return at && (at.x !== position.x || at.y !== position.y) ? [[id, position] as const] : [];
    }),
  );
  const names = [...dragged.keys()].join("\n");
  const [still, moving] = useMemo(() => {
    const ids = new Set(names.split("\n"));
    const isMoving = (wire: Wire) => ids.has(wire.from) || ids.has(wire.to);
    return [drawing.wires.filter((wire) => !isMoving(wire)), drawing.wires.filter(isMoving)];
  }, [drawing, names]);
  const lights = useMemo(() => hasLights(drawing.wires), [drawing]);
  const moved = dragged.size > 0 ? dragged : NOWHERE;
  const where = { layout, places };
  return (
    <>
      <Under frame={frame} lights={lights}>
        <Lines wires={still} {...where} moved={NOWHERE} lights={lights} />
        <Lines wires={moving} {...where} moved={moved} lights={lights} />
      </Under>
      <EdgeLabelRenderer>
        <Pills wires={still} {...where} moved={NOWHERE} />
        <Pills wires={moving} {...where} moved={moved} />
        <Lit wires={drawing.wires} {...where} moved={moved} />
      </EdgeLabelRenderer>
    </>
  );
}

interface ManyProps {
  wires: readonly Wire[];
  layout: Layout;
  places: Places;
  moved: Places;
}

/** The way of each wire. */
function drawn({ wires, layout, places, moved }: ManyProps): WireProps[] {
  const standing = { get: (id: string) => moved.get(id) ?? places.get(id) };
  return wires.flatMap((wire) => {
    const way = wayOf(wire, standing, layout);
    if (!way) return [];
    const { path, middle } = curve(way);
    return [{ wire, path, middleX: middle.x, middleY: middle.y }];
  });
}

const Lines = memo(function Lines({ lights, ...props }: ManyProps & { lights: boolean }) {
  return drawn(props).map((each) => <Line key={each.wire.id} {...each} hasLight={lights} />);
});

const Pills = memo(function Pills(props: ManyProps) {
  return drawn(props).map((each) =>
    each.wire.kind === "runs" ? null : <Pill key={each.wire.id} {...each} />,
  );
});

/** A veil over everything while something is looked at, and above it once more the wires that are lit. */
function Lit({ wires, ...props }: ManyProps) {
  const { lit, selected } = useLooks();
  if (lit === null) return null;
  const shown = drawn({ wires: wires.filter(({ id }) => lit.has(id)), ...props });
  const lights = hasLights(shown.map(({ wire }) => wire));
  return (
    <>
      <div className={classes.veil} />
      <svg
        className={`${classes.layer} ${classes.lit}`}
        aria-hidden="true"
        focusable="false"
        data-lights={lights ? "on" : "off"}
      >
        {shown.map((each) => (
          <Line key={each.wire.id} {...each} isLit hasLight={lights} isSelected={each.wire.id === selected} />
        ))}
      </svg>
      {shown.map((each) =>
        each.wire.kind === "runs" ? null : (
          <Pill key={each.wire.id} {...each} isLit isSelected={each.wire.id === selected} />
        ),
      )}
    </>
  );
}

/** A text and numbers: a wire is drawn anew only when its way changed. */
interface WireProps {
  wire: Wire;
  path: string;
  middleX: number;
  middleY: number;
  /** Above the veil. */
  isLit?: boolean;
  hasLight?: boolean;
  isSelected?: boolean;
}

const Line = memo(function Line({ wire, path, isLit, hasLight, isSelected }: WireProps) {
  const live = useWireLive(wire.id);
  const overlay = live ? wireOverlay(wire, live) : null;
  const look = overlay?.look ?? "unknown";
  return (
    <g
      className={classes.wire}
      data-wire={isLit ? undefined : wire.id}
      data-selected={isSelected || undefined}
      data-flow={look}
      data-failing={overlay?.isFailing || undefined}
      style={{ "--width": overlay?.width ?? 1.5 } as React.CSSProperties}
    >
      <path className={classes.line} d={path} />
      {hasLight && look === "flowing" ? <path className={classes.light} d={path} /> : null}
      {typeof overlay?.lost === "number" ? <path className={classes.hatch} d={path} /> : null}
    </g>
  );
});

/** Above all wires, so that none runs through a number. Read aloud with the cards and in the drawer. */
const Pill = memo(function Pill({ wire, middleX, middleY, isLit, isSelected }: WireProps) {
  const live = useWireLive(wire.id);
  if (!live) return null;
  const overlay = wireOverlay(wire, live);
  // Dashes say as much.
  if (overlay.look === "unknown" && wire.badge === null && overlay.lost === null && !isLit) return null;
  return (
    <div
      className={classes.middle}
      style={{ left: middleX, top: middleY }}
      data-lit={isLit || undefined}
      data-selected={isSelected || undefined}
      data-flow={overlay.look}
      data-bad={overlay.isFailing || overlay.lost !== null || undefined}
      aria-hidden="true"
    >
      <span className={classes.pill}>
        {wire.badge === null ? null : <span className={classes.badge}>{wire.badge}</span>}
        {overlay.text}
        {overlay.lost === null ? null : <span className={classes.lost}>lost {rate(overlay.lost)}</span>}
      </span>
    </div>
  );
});
