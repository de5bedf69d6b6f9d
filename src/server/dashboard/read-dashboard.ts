import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { hasCode } from "../../errors.ts";
import { PACKAGE_ROOT } from "../../package-root.ts";

/** Where `npm run build` puts the dashboard, in the clone and in the package alike. */
export const DASHBOARD_FOLDER = path.join(PACKAGE_ROOT, "dist", "dashboard");

/** The built dashboard: which files there are, so that nothing else of the disk can ever be asked for. */
export interface Dashboard {
  /** As in URLs, without the leading slash: `assets/main-abc.js`. */
  readonly files: ReadonlySet<string>;
  /** Of one of `files`; kept in memory from then on. */
  read(file: string): Promise<DashboardFile>;
}

interface DashboardFile {
  readonly content: Buffer;
  /** By content: files of npm packages all have the same time, so one after an update would pass for the one before. */
  readonly etag: string;
}

const PAGE = "index.html";

/** Null where it was not built. */
export function readDashboard(folder: string): Dashboard | null {
  const files = new Set(list(folder).map((file) => file.replaceAll(path.sep, "/")));
  if (!files.has(PAGE)) return null;
  const known = new Map<string, Promise<DashboardFile>>();
  return {
    files,
    read(file) {
      const reading = known.get(file) ?? readWithTag(path.join(folder, file));
      known.set(file, reading);
      reading.catch(() => known.delete(file));
      return reading;
    },
  };
}

async function readWithTag(file: string): Promise<DashboardFile> {
  const content = await readFile(file);
  return { content, etag: `"${createHash("sha256").update(content).digest("base64url")}"` };
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch (error) {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  }
}
