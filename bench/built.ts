import path from "node:path";
import { pathToFileURL } from "node:url";
import { PACKAGE_ROOT } from "../src/package-root.ts";

/**
 * A module as users run it, of what `npm run build` made: loaded from its source, what a thread imports from another
 * module is a call for every use, and a loop over pixels takes up to five times as long.
 * @param source its place below src, such as "detection/detector.ts"
 */
export async function built<Module>(source: string): Promise<Module> {
  const file = path.join(PACKAGE_ROOT, "dist", "src", source.replace(/\.ts$/, ".js"));
  return (await import(pathToFileURL(file).href)) as Module;
}
