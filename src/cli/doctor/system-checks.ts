import { randomUUID } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { rm, statfs, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { availableParallelism, totalmem } from "node:os";
import path from "node:path";
import process from "node:process";
import type { Config } from "../../config/config.ts";
import { makeFolder } from "../../make-folder.ts";
import { type Check, fail, ok, warn } from "./check.ts";

const OLDEST_NODE = [20, 19] as const;
const GIB = 1024 ** 3;
const LITTLE_SPACE = 5 * GIB;
const NO_SPACE = GIB / 2;

const gib = (bytes: number): string => `${(bytes / GIB).toFixed(1)} GiB`;

export const nodeVersion: Check = {
  name: "Node",
  run() {
    const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
    const [oldestMajor, oldestMinor] = OLDEST_NODE;
    const fits = major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
    const found = `${process.version}`;
    if (fits) return ok(found);
    return fail(`${found}; expected ${OLDEST_NODE.join(".")} or newer`, "install a newer Node");
  },
};

/** Where npm has binaries of PostgreSQL, onnxruntime and libvips for us. */
const PLATFORMS = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64", "win32-x64"];

export const platform: Check = {
  name: "Platform",
  run() {
    const found = `${process.platform}-${process.arch}`;
    const facts = `${found}, ${availableParallelism()} cores, ${gib(totalmem())} of memory`;
    if (!PLATFORMS.includes(found)) {
      return warn(
        `${facts}; there is no embedded PostgreSQL for it`,
        "set DATABASE_URL to a PostgreSQL server; detection needs an onnxruntime-node binary for this platform",
      );
    }
    if (process.platform === "linux" && !usesGlibc()) {
      return warn(
        `${facts}, without glibc (Alpine?); the embedded PostgreSQL and onnxruntime need glibc`,
        "use a Debian-based image such as node:20-slim",
      );
    }
    return ok(facts);
  },
};

function usesGlibc(): boolean {
  const report: unknown = process.report.getReport();
  const header = typeof report === "object" && report !== null && "header" in report ? report.header : null;
  return typeof header === "object" && header !== null && "glibcVersionRuntime" in header;
}

export const home: Check = {
  name: "MASKLOOM_HOME",
  async run({ home: folder }) {
    const probe = path.join(folder, `.doctor-${randomUUID()}`);
    try {
      await makeFolder(folder);
      await writeFile(probe, "");
      return ok(`${folder}, can be written`);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return fail(
        `${folder}: cannot be written: ${reason}`,
        "set MASKLOOM_HOME to a folder that belongs to this user, or change the folder's owner",
      );
    } finally {
      await rm(probe, { force: true }).catch(() => undefined);
    }
  },
};

export const diskSpace: Check = {
  name: "Disk space",
  async run(config) {
    const disks = await Promise.all(
      disksOf(config).map(async (disk) => ({ ...disk, free: await freeAt(disk.place) })),
    );
    const [tightest] = disks.sort((a, b) => a.free - b.free);
    const { place, free, elsewhere } = tightest as (typeof disks)[number];
    const found = `${gib(free)} free at ${place}`;
    if (free < NO_SPACE) return fail(found, `free some space, or ${elsewhere}`);
    if (free < LITTLE_SPACE) return warn(found, "free some space before a large batch");
    return ok(found);
  },
};

interface Disk {
  /** A folder on it that is there. */
  readonly place: string;
  /** What puts what lies there on another one. */
  readonly elsewhere: string;
}

/** Database and models lie in the home folder; so do the pictures, unless they have a disk, or a setting, of their own. */
function disksOf({ home: folder, artifacts }: Config): readonly Disk[] {
  const own = { place: nearestThere(folder), elsewhere: "set MASKLOOM_HOME to another disk" };
  if (artifacts.kind !== "file") return [own];
  const place = nearestThere(artifacts.folder);
  const isWithin = !path.relative(folder, artifacts.folder).startsWith("..");
  if (isWithin && statSync(place).dev === statSync(own.place).dev) return [own];
  return [{ place, elsewhere: "set ARTIFACTS_URL to a folder on another disk" }, own];
}

/** What is made in a folder that is not there yet lies on the disk of the first above it that is. */
function nearestThere(folder: string): string {
  const above = path.dirname(folder);
  return existsSync(folder) || above === folder ? folder : nearestThere(above);
}

async function freeAt(place: string): Promise<number> {
  const { bavail, bsize } = await statfs(place);
  return bavail * bsize;
}

const NVIDIA = "/proc/driver/nvidia/version";
const CUDA_FILE = "libonnxruntime_providers_cuda.so";

export const gpu: Check = {
  name: "GPU",
  run({ inference }) {
    if (!existsSync(NVIDIA)) return ok("no NVIDIA driver found; models run on the CPU");
    const runtime = path.dirname(createRequire(import.meta.url).resolve("onnxruntime-node/package.json"));
    const binaries = path.join(runtime, "bin", "napi-v6", process.platform, process.arch);
    if (existsSync(path.join(binaries, CUDA_FILE))) {
      if (inference.providers.includes("cuda"))
        return ok("NVIDIA driver and CUDA files found, and asked for");
      return warn(
        "NVIDIA driver and CUDA files found; models run on the CPU all the same",
        "set MASKLOOM_EXECUTION_PROVIDERS=cuda",
      );
    }
    const script = path.relative("", path.join(runtime, "script", "install.js"));
    return warn(
      "NVIDIA driver found, but not onnxruntime's CUDA files; models run on the CPU",
      `with CUDA 12 and cuDNN 9 installed: ONNXRUNTIME_NODE_INSTALL=cuda12 node ${script} ` +
        "(fetches them from NuGet), then set MASKLOOM_EXECUTION_PROVIDERS=cuda",
    );
  },
};
