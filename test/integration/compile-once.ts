import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** The product as `npm run build` compiles it. */
    readonly compiledFolder: string;
  }
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Compiles once for all files of a project, anew for each of its runs, so that no test sees a stale dist/. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "maskloom-compiled-"));
  const compiler = path.join(ROOT, "node_modules", "typescript", "bin", "tsc");
  const args = [compiler, "-p", path.join(ROOT, "tsconfig.build.json"), "--outDir", folder];
  // Wrong types are told by the check; tests tell what it does.
  await once(spawn(process.execPath, args, { stdio: "inherit" }), "exit");
  project.provide("compiledFolder", folder);
  return () => rm(folder, { recursive: true, force: true });
}
