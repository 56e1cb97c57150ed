// The bench's page: one of four pictures, chosen by `?what=`. It is driven by run.mjs and is no part of the product.
import { MantineProvider } from "@mantine/core";
import { createRoot } from "react-dom/client";
import "../src/app/first";
import "../src/ui/styles";
import { theme, variables } from "../src/app/theme";
import { OurCanvas } from "./our-canvas";
import { OurFleet } from "./our-fleet";
import { OurTable } from "./our-table";
import { Stress } from "./stress";

const PICTURES = { canvas: OurCanvas, stress: Stress, table: OurTable, fleet: OurFleet } as const;
const query = new URLSearchParams(location.search);
const what = query.get("what") ?? "canvas";
const Picture = PICTURES[what as keyof typeof PICTURES] ?? OurCanvas;
const size =
  Number(query.get("size")) || { canvas: 2_000, stress: 200, table: 100_000, fleet: 100_000 }[what] || 200;
const scheme = query.get("scheme") === "dark" ? "dark" : "light";

const root = document.getElementById("root");
if (root)
  createRoot(root).render(
    <MantineProvider
      theme={theme}
      cssVariablesResolver={variables}
      defaultColorScheme={scheme}
      forceColorScheme={scheme}
    >
      <Picture size={size} />
    </MantineProvider>,
  );
