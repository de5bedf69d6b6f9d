import type { TestProject } from "vitest/node";
import { buildDashboard } from "./built-dashboard.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The dashboard as `npm run build` builds it; only read. */
    readonly dashboardFolder: string;
  }
}

/** Builds once for all files, anew for each run, so that no test sees a stale dist/. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const built = await buildDashboard();
  project.provide("dashboardFolder", built.folder);
  return built.remove;
}
