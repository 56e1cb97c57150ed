// The main navigation: Overview and Topology, then the areas Collect, Process, Route, Operate, Settings.
import {
  Activity,
  Boxes,
  ChartNoAxesColumn,
  Cog,
  FileInput,
  GitCommitHorizontal,
  HeartPulse,
  KeyRound,
  Link2,
  type LucideIcon,
  MapPin,
  Network,
  Route,
  Server,
  Workflow,
} from "lucide-react";

export interface Area {
  /** Empty where the entries stand for themselves. */
  title: string;
  items: ReadonlyArray<{
    to:
      | "/"
      | "/topology"
      | "/collectors"
      | "/groups"
      | "/sources"
      | "/tokens"
      | "/pipelines"
      | "/routes"
      | "/destinations"
      | "/links"
      | "/history"
      | "/events"
      | "/health"
      | "/settings";
    label: string;
    icon: LucideIcon;
  }>;
}

export const NAVIGATION: readonly Area[] = [
  {
    title: "",
    items: [
      { to: "/", label: "Overview", icon: ChartNoAxesColumn },
      { to: "/topology", label: "Topology", icon: Network },
    ],
  },
  {
    title: "Collect",
    items: [
      { to: "/collectors", label: "Collectors", icon: Server },
      { to: "/groups", label: "Groups", icon: Boxes },
      { to: "/sources", label: "Sources", icon: FileInput },
      { to: "/tokens", label: "Enrollment tokens", icon: KeyRound },
    ],
  },
  { title: "Process", items: [{ to: "/pipelines", label: "Pipelines", icon: Workflow }] },
  {
    title: "Route",
    items: [
      { to: "/routes", label: "Routes", icon: Route },
      { to: "/destinations", label: "Destinations", icon: MapPin },
      { to: "/links", label: "Links", icon: Link2 },
    ],
  },
  {
    title: "Operate",
    items: [
      { to: "/history", label: "History", icon: GitCommitHorizontal },
      { to: "/events", label: "Events", icon: Activity },
      { to: "/health", label: "Health", icon: HeartPulse },
    ],
  },
  { title: "", items: [{ to: "/settings", label: "Settings", icon: Cog }] },
];
