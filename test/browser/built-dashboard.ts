import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const CONFIG = fileURLToPath(new URL("../../dashboard/vite.config.ts", import.meta.url));

export interface BuiltDashboard {
  readonly folder: string;
  remove(): Promise<void>;
}

/**
 * Builds the dashboard as `npm run build` does, into a folder of its own, so that no test sees a stale dist/.
 * @param mode "gallery" adds the page of all components, which does not ship
 */
export async function buildDashboard(mode: "production" | "gallery" = "production"): Promise<BuiltDashboard> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "maskloom-dashboard-"));
  await build({ configFile: CONFIG, mode, logLevel: "error", build: { outDir: folder, emptyOutDir: true } });
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
