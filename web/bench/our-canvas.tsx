// The product's canvas with as many nodes in its model as asked for, and new numbers for all of them every few seconds.
import { useEffect, useState } from "react";
import { someTopology } from "../src/canvas/model/fixtures";
import { Canvas } from "../src/canvas/view/canvas";
import { toggled } from "../src/canvas/view/collector-flow";

const SHAPE = 8;

export function OurCanvas({ size }: { size: number }) {
  const [answers] = useState(() => [1, 2, 3].map((seed) => someTopology(size, SHAPE, seed)));
  const [turn, setTurn] = useState(0);
  const topology = answers[turn % answers.length];
  const [selected, setSelected] = useState<string | null>(null);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    // Twice as often as in the product.
    const timer = setInterval(() => setTurn((before) => before + 1), 5_000);
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
