// The product's canvas with as many nodes in its model as asked for, and new numbers for all of them every few seconds.
import { useEffect, useState } from "react";
import type { Topology } from "../src/api/topology";
import { someTopology } from "../src/canvas/model/fixtures";
import { Canvas } from "../src/canvas/view/canvas";
import { toggled } from "../src/canvas/view/collector-flow";

const SHAPE = 8;

/** The same with all its rates a little higher or lower, as those of a fleet are from one look to the next. */
function wavering(topology: Topology, by: number): Topology {
  const rates = <Numbers extends object>(numbers: Numbers): Numbers =>
    Object.fromEntries(
      Object.entries(numbers).map(([name, value]) => [
        name,
        name.endsWith("_per_s") && typeof value === "number" ? value * by : value,
      ]),
    ) as Numbers;
  const nodes = topology.nodes.map((node) => ({ ...node, numbers: rates(node.numbers) }));
  const edges = topology.edges.map((edge) => ({ ...edge, numbers: rates(edge.numbers) }));
  return { ...topology, nodes, edges };
}

export function OurCanvas({ size }: { size: number }) {
  const [answers] = useState(() => [1, 1.07, 0.96].map((by) => wavering(someTopology(size, SHAPE), by)));
  const [turn, setTurn] = useState(0);
  const topology = answers[turn % answers.length];
  const [selected, setSelected] = useState<string | null>(null);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    // As often as in the product.
    const timer = setInterval(() => setTurn((before) => before + 1), 10_000);
    return () => clearInterval(timer);
  }, []);
  if (!topology) return null;
  return (
    <div style={{ display: "flex", height: "100vh" }}>
      <Canvas
        topology={topology}
        label="Topology"
        view="bench"
        overlay
        selected={selected}
        onSelect={setSelected}
        open={open}
        onToggle={(id) => setOpen((before) => toggled(before, id))}
      />
    </div>
  );
}
