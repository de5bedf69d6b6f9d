import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { PACKAGE_ROOT } from "../package-root.ts";

const Manifest = z.object({ version: z.string() });

/** Of this package. */
export const { version: VERSION } = Manifest.parse(
  JSON.parse(readFileSync(path.join(PACKAGE_ROOT, "package.json"), "utf8")),
);
