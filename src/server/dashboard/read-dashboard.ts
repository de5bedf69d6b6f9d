import { readdirSync } from "node:fs";
import path from "node:path";
import { hasCode } from "../../errors.ts";
import { PACKAGE_ROOT } from "../../package-root.ts";

/** Where `npm run build` puts the dashboard, in the clone and in the package alike. */
export const DASHBOARD_FOLDER = path.join(PACKAGE_ROOT, "dist", "dashboard");

/** The built dashboard: which files there are, so that nothing else of the disk can ever be asked for. */
export interface Dashboard {
  readonly folder: string;
  /** As in URLs, without the leading slash: `assets/main-abc.js`. */
  readonly files: ReadonlySet<string>;
}

const PAGE = "index.html";

/** Null where it was not built. */
export function readDashboard(folder: string): Dashboard | null {
  const files = new Set(list(folder).map((file) => file.replaceAll(path.sep, "/")));
  return files.has(PAGE) ? { folder, files } : null;
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch (error) {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  }
}
