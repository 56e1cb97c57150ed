// The addresses. Each screen is loaded when it is opened; what it keeps in its address is declared in its `search.ts`.
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from "@tanstack/react-router";
import { collectorSearch } from "../pages/collector/search";
import { collectorsSearch } from "../pages/collectors/search";
import { entitySearch, listSearch } from "../pages/entities/search";
import { eventsSearch } from "../pages/events/search";
import { historySearch } from "../pages/history/search";
import { pipelineSearch } from "../pages/pipeline/search";
import { setupSearch } from "../pages/setup/search";
import { tokensSearch } from "../pages/tokens/search";
import { topologySearch } from "../pages/topology/search";
import { wizardSearch } from "../pages/wizard/search";
import { Missing, ScreenFailed } from "./fallbacks";
import { Shell } from "./shell";

const root = createRootRouteWithContext<{ queries: QueryClient }>()({
  notFoundComponent: Missing,
  errorComponent: ScreenFailed,
});
const shell = createRoute({
  getParentRoute: () => root,
  id: "shell",
  component: Shell,
  errorComponent: ScreenFailed,
});
const under = { getParentRoute: () => shell } as const;

const setup = createRoute({
  getParentRoute: () => root,
  path: "/setup",
  validateSearch: setupSearch,
  component: lazyRouteComponent(() => import("../pages/setup/page")),
});

const screens = [
  createRoute({ ...under, path: "/", component: lazyRouteComponent(() => import("../pages/overview/page")) }),
  createRoute({
    ...under,
    path: "/topology",
    validateSearch: topologySearch,
    component: lazyRouteComponent(() => import("../pages/topology/page")),
  }),
  createRoute({
    ...under,
    path: "/collectors",
    validateSearch: collectorsSearch,
    component: lazyRouteComponent(() => import("../pages/collectors/page")),
  }),
  createRoute({
    ...under,
    path: "/collectors/$collector",
    validateSearch: collectorSearch,
    component: lazyRouteComponent(() => import("../pages/collector/page")),
  }),
  createRoute({
    ...under,
    path: "/add",
    validateSearch: wizardSearch,
    component: lazyRouteComponent(() => import("../pages/wizard/page")),
  }),
  createRoute({
    ...under,
    path: "/groups",
    validateSearch: listSearch,
    component: lazyRouteComponent(() => import("../pages/groups/page")),
  }),
  createRoute({
    ...under,
    path: "/groups/$group",
    component: lazyRouteComponent(() => import("../pages/groups/group")),
  }),
  createRoute({
    ...under,
    path: "/sources",
    validateSearch: listSearch,
    component: lazyRouteComponent(() => import("../pages/entities/sources")),
  }),
  createRoute({
    ...under,
    path: "/routes",
    validateSearch: listSearch,
    component: lazyRouteComponent(() => import("../pages/entities/routes")),
  }),
  createRoute({
    ...under,
    path: "/destinations",
    validateSearch: listSearch,
    component: lazyRouteComponent(() => import("../pages/entities/destinations")),
  }),
  createRoute({
    ...under,
    path: "/links",
    validateSearch: listSearch,
    component: lazyRouteComponent(() => import("../pages/entities/links")),
  }),
  // The splat is the repository path, for example /edit/fleet/sources/app-otlp; `new=<kind>` in the search makes one.
  createRoute({
    ...under,
    path: "/edit/$",
    validateSearch: entitySearch,
    component: lazyRouteComponent(() => import("../pages/entities/editor")),
  }),
  createRoute({
    ...under,
    path: "/pipelines",
    validateSearch: listSearch,
    component: lazyRouteComponent(() => import("../pages/pipelines/page")),
  }),
  createRoute({
    ...under,
    path: "/pipelines/$pipeline",
    validateSearch: pipelineSearch,
    component: lazyRouteComponent(() => import("../pages/pipeline/page")),
  }),
  createRoute({
    ...under,
    path: "/review",
    component: lazyRouteComponent(() => import("../pages/review/page")),
  }),
  createRoute({
    ...under,
    path: "/tokens",
    validateSearch: tokensSearch,
    component: lazyRouteComponent(() => import("../pages/tokens/page")),
  }),
  createRoute({
    ...under,
    path: "/history",
    validateSearch: historySearch,
    component: lazyRouteComponent(() => import("../pages/history/page")),
  }),
  createRoute({
    ...under,
    path: "/history/$revision",
    component: lazyRouteComponent(() => import("../pages/history/revision")),
  }),
  createRoute({
    ...under,
    path: "/events",
    validateSearch: eventsSearch,
    component: lazyRouteComponent(() => import("../pages/events/page")),
  }),
  createRoute({
    ...under,
    path: "/health",
    component: lazyRouteComponent(() => import("../pages/health/page")),
  }),
  createRoute({
    ...under,
    path: "/settings",
    component: lazyRouteComponent(() => import("../pages/settings/page")),
  }),
  createRoute({ ...under, path: "$", component: Missing }),
] as const;

const tree = root.addChildren([setup, shell.addChildren(screens)]);

export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { queries },
    defaultPreload: "intent",
    scrollRestoration: true,
  });
}
