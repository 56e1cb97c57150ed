// What somebody makes for a collector that runs nothing yet, in its order: each a link.
import { Link } from "@tanstack/react-router";

const STEPS = [
  ["sources", "New source"],
  ["destinations", "New destination"],
  ["routes", "New route"],
] as const;

export function FirstSteps({ className = "" }: { className?: string | undefined }) {
  return (
    <>
      {STEPS.map(([kind, words], index) => (
        <span key={kind}>
          {index > 0 ? " · " : ""}
          {index + 1}{" "}
          <Link to="/edit/$" params={{ _splat: "new" }} search={{ new: kind }} className={className}>
            {words}
          </Link>
        </span>
      ))}
    </>
  );
}
