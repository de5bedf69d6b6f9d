import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { PACKAGE_ROOT } from "./package-root.ts";

const PackageFile = z.object({ version: z.string() });

/** Of Maskloom, as its package.json has it. */
export function packageVersion(): string {
  return PackageFile.parse(JSON.parse(readFileSync(path.join(PACKAGE_ROOT, "package.json"), "utf8"))).version;
}
