// What React Flow does by itself: plain nodes and edges of the library, as many as asked for, nothing of ours.
import {
  addEdge,
  Background,
  type Connection,
  type Edge,
  MiniMap,
  type Node,
  ReactFlow,
  useEdgesState,
  useNodesState,
} from "@xyflow/react";
import { useCallback } from "react";
import "@xyflow/react/dist/style.css";

const COLUMNS = 20;

function grid(size: number): { nodes: Node[]; edges: Edge[] } {
  const nodes = Array.from({ length: size }, (_, index) => ({
    id: String(index),
    position: { x: (index % COLUMNS) * 180, y: Math.floor(index / COLUMNS) * 110 },
    data: { label: `Node ${index}` },
  }));
  const edges = nodes
    .slice(1)
    .map((node, index) => ({ id: `e${index}`, source: String(index), target: node.id }));
  return { nodes, edges };
}

export function Stress({ size }: { size: number }) {
  const first = grid(size);
  const [nodes, , onNodesChange] = useNodesState(first.nodes);
  const [edges, setEdges, onEdgesChange] = useEdgesState(first.edges);
  const onConnect = useCallback((wire: Connection) => setEdges((all) => addEdge(wire, all)), [setEdges]);
  return (
    <div style={{ height: "100vh" }}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        onNodesChange={onNodesChange}
        onEdgesChange={onEdgesChange}
        onConnect={onConnect}
        fitView
        minZoom={0}
      >
        <MiniMap />
        <Background />
      </ReactFlow>
    </div>
  );
}
