import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
} from "@tanstack/react-router";
import { readBatchSearch } from "./pages/batch/batch-search.ts";
import { readBatchesSearch } from "./pages/batches/batches-search.ts";
import { readCompareSearch } from "./pages/compare/compare-search.ts";
import { readLoginSearch } from "./pages/login/login-search.ts";
import { readNewBatchSearch } from "./pages/new-batch/new-batch-search.ts";
import { PageFailed } from "./pages/not-here/page-failed.tsx";
import { PageMissing } from "./pages/not-here/page-missing.tsx";
import { PagePending } from "./pages/not-here/page-pending.tsx";
import { readPlaygroundSearch } from "./pages/playground/playground-search.ts";
import { readProvidersSearch } from "./pages/providers/providers-search.ts";
import { readReviewSearch } from "./pages/review/review-search.ts";
import { readRunSearch } from "./pages/run/run-search.ts";
import { readRunsSearch } from "./pages/runs/runs-search.ts";
import { readSettingsSearch } from "./pages/settings/settings-search.ts";
import { readSpendingSearch } from "./pages/spending/spending-search.ts";
import { readWorkersSearch } from "./pages/workers/workers-search.ts";
import { readWorkflowSearch } from "./pages/workflow/workflow-search.ts";
import { readWorkflowsSearch } from "./pages/workflows/workflows-search.ts";
import { Shell } from "./shell/shell.tsx";

/* Every page is a file of its own that is loaded when it is gone to: `pages/<page>/<page>-page.tsx`. */

export interface RouterContext {
  readonly client: QueryClient;
}

const root = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  notFoundComponent: PageMissing,
});

const shell = createRoute({ getParentRoute: () => root, id: "shell", component: Shell });

const overview = createRoute({
  getParentRoute: () => shell,
  path: "/",
  component: lazyRouteComponent(() => import("./pages/overview/overview-page.tsx"), "OverviewPage"),
});

const runs = createRoute({
  getParentRoute: () => shell,
  path: "/runs",
  validateSearch: readRunsSearch,
  component: lazyRouteComponent(() => import("./pages/runs/runs-page.tsx"), "RunsPage"),
});

const run = createRoute({
  getParentRoute: () => shell,
  path: "/runs/$uuid",
  validateSearch: readRunSearch,
  component: lazyRouteComponent(() => import("./pages/run/run-page.tsx"), "RunPage"),
});
const task = createRoute({
  getParentRoute: () => shell,
  path: "/tasks/$uuid",
  validateSearch: readRunSearch,
  component: lazyRouteComponent(() => import("./pages/task/task-page.tsx"), "TaskPage"),
});
const batches = createRoute({
  getParentRoute: () => shell,
  path: "/batches",
  validateSearch: readBatchesSearch,
  component: lazyRouteComponent(() => import("./pages/batches/batches-page.tsx"), "BatchesPage"),
});
const newBatch = createRoute({
  getParentRoute: () => shell,
  path: "/batches/new",
  validateSearch: readNewBatchSearch,
  component: lazyRouteComponent(() => import("./pages/new-batch/new-batch-page.tsx"), "NewBatchPage"),
});
const batch = createRoute({
  getParentRoute: () => shell,
  path: "/batches/$uuid",
  validateSearch: readBatchSearch,
  component: lazyRouteComponent(() => import("./pages/batch/batch-page.tsx"), "BatchPage"),
});

const review = createRoute({
  getParentRoute: () => shell,
  path: "/review",
  validateSearch: readReviewSearch,
  component: lazyRouteComponent(() => import("./pages/review/review-page.tsx"), "ReviewPage"),
});

const playground = createRoute({
  getParentRoute: () => shell,
  path: "/playground",
  validateSearch: readPlaygroundSearch,
  component: lazyRouteComponent(() => import("./pages/playground/playground-page.tsx"), "PlaygroundPage"),
});

const models = createRoute({
  getParentRoute: () => shell,
  path: "/models",
  component: lazyRouteComponent(() => import("./pages/models/models-page.tsx"), "ModelsPage"),
});

const workflows = createRoute({
  getParentRoute: () => shell,
  path: "/workflows",
  validateSearch: readWorkflowsSearch,
  component: lazyRouteComponent(() => import("./pages/workflows/workflows-page.tsx"), "WorkflowsPage"),
});
const workflow = createRoute({
  getParentRoute: () => shell,
  path: "/workflows/$name",
  validateSearch: readWorkflowSearch,
  component: lazyRouteComponent(() => import("./pages/workflow/workflow-page.tsx"), "WorkflowPage"),
});

const workers = createRoute({
  getParentRoute: () => shell,
  path: "/workers",
  validateSearch: readWorkersSearch,
  component: lazyRouteComponent(() => import("./pages/workers/workers-page.tsx"), "WorkersPage"),
});

const providers = createRoute({
  getParentRoute: () => shell,
  path: "/providers",
  validateSearch: readProvidersSearch,
  component: lazyRouteComponent(() => import("./pages/providers/providers-page.tsx"), "ProvidersPage"),
});

const spending = createRoute({
  getParentRoute: () => shell,
  path: "/spending",
  validateSearch: readSpendingSearch,
  component: lazyRouteComponent(() => import("./pages/spending/spending-page.tsx"), "SpendingPage"),
});

const settings = createRoute({
  getParentRoute: () => shell,
  path: "/settings",
  validateSearch: readSettingsSearch,
  component: lazyRouteComponent(() => import("./pages/settings/settings-page.tsx"), "SettingsPage"),
});

const compare = createRoute({
  getParentRoute: () => shell,
  path: "/compare",
  validateSearch: readCompareSearch,
  component: lazyRouteComponent(() => import("./pages/compare/compare-page.tsx"), "ComparePage"),
});

const gallery = import.meta.env.MODE === "production" ? [] : [galleryRoute()];

/**
 * Every component in every state, for those who make pages of them: only there in `npm run dev:dashboard`, and in what the
 * tests build in the mode "gallery". A function, which the build leaves out with its page where nobody calls it.
 */
function galleryRoute() {
  return createRoute({
    getParentRoute: () => shell,
    path: "/gallery",
    component: lazyRouteComponent(() => import("./pages/gallery/gallery-page.tsx"), "GalleryPage"),
  });
}

/** What is none of the addresses above, inside of the shell. */
const missing = createRoute({ getParentRoute: () => shell, path: "$", component: PageMissing });

const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  validateSearch: readLoginSearch,
  component: lazyRouteComponent(() => import("./pages/login/login-page.tsx"), "LoginPage"),
});

const pages = [
  overview,
  runs,
  run,
  task,
  batches,
  newBatch,
  batch,
  review,
  playground,
  models,
  workflows,
  workflow,
  workers,
  providers,
  spending,
  settings,
  compare,
  missing,
] as const;

/* As a type it has no gallery: no page leads there. */
const shown = [...pages, ...gallery] as unknown as typeof pages;

const routeTree = root.addChildren([shell.addChildren(shown), login]);

export function createDashboardRouter(context: RouterContext) {
  return createRouter({
    routeTree,
    context,
    defaultPreload: "intent",
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    /* What no page could read in its address is taken out of it: the router hands on what stands there, checked or not. */
    search: { strict: true },
    defaultErrorComponent: PageFailed,
    defaultPendingComponent: PagePending,
    defaultNotFoundComponent: PageMissing,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createDashboardRouter>;
  }
}
