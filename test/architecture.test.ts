import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

/* Reads the sources: the arrows of ARCHITECTURE.md, and which package is imported where. */

const ROOT = path.join(import.meta.dirname, "..");

/** What each part may import besides itself and the loose files of src/ (errors, small words about files and text). Pointing at what is imported. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  contracts: [],
  config: ["contracts", "artifacts"],
  logging: ["config", "tracing"],
  models: ["contracts"],
  image: ["contracts"],
  engine: ["contracts"],
  onnx: ["contracts"],
  artifacts: ["contracts"],
  queue: ["contracts", "config"],
  metrics: ["contracts"],
  tracing: ["config"],
  protocol: ["contracts", "tracing"],
  store: ["contracts", "config", "engine", "tracing"],
  detection: ["contracts", "models", "image", "onnx"],
  inpainting: ["contracts", "config", "models", "image", "onnx", "protocol", "detection"],
  client: ["contracts"],
  importers: ["contracts", "engine", "models"],
  library: ["contracts", "config", "engine", "client", "models", "image", "onnx", "detection", "inpainting"],
  runs: [
    "contracts",
    "config",
    "logging",
    "models",
    "engine",
    "image",
    "onnx",
    "artifacts",
    "store",
    "queue",
    "protocol",
    "detection",
    "inpainting",
  ],
  server: [
    "contracts",
    "config",
    "logging",
    "models",
    "engine",
    "image",
    "store",
    "queue",
    "artifacts",
    "protocol",
    "importers",
    "metrics",
    "tracing",
    "runs",
  ],
  workers: [
    "contracts",
    "config",
    "logging",
    "models",
    "engine",
    "image",
    "onnx",
    "store",
    "queue",
    "detection",
    "inpainting",
    "metrics",
    "tracing",
    "runs",
  ],
  dashboard: ["contracts", "examples"],
  cli: [
    "contracts",
    "config",
    "logging",
    "models",
    "engine",
    "image",
    "onnx",
    "store",
    "queue",
    "artifacts",
    "detection",
    "inpainting",
    "runs",
    "server",
    "metrics",
    "tracing",
    "library",
    "importers",
  ],
};

/** Packages that only one place may know. */
const ONLY_IN: Readonly<Record<string, RegExp>> = {
  sharp: /^src\/image\/codec\.ts$/,
  "onnxruntime-node": /^src\/onnx\//,
  piscina: /^src\/onnx\//,
  flatbuffers: /^src\/onnx\/tflite\//,
  bullmq: /^src\/queue\//,
  ioredis: /^src\/queue\//,
  kysely: /^src\/store\//,
  express: /^src\/server\//,
  multer: /^src\/server\//,
  commander: /^src\/cli\//,
  "prom-client": /^src\/metrics\//,
  "@opentelemetry/api": /^src\/tracing\//,
  react: /^dashboard\//,
  "react-dom/client": /^dashboard\//,
  undici:
    /^src\/(runs\/models\/http-client|runs\/outside\/[a-z-]+|inpainting\/providers\/http\/provider-http|protocol\/client\/http-channel)\.ts$/,
};

/** The engine decides, the pixels are computed and other tools' settings are translated without touching the world. */
const PURE = /^src\/(engine|contracts|image|importers)\//;
const WORLD = /^node:(fs|net|http|https|child_process|worker_threads|dgram|tls)/;

interface Import {
  readonly file: string;
  readonly from: string;
}

const files = ["src", "workers", "models", "dashboard"].flatMap((folder) =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`),
);

const imports: Import[] = files.flatMap((file) => {
  const text = readFileSync(path.join(ROOT, file), "utf8");
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\b[^;]*?\bfrom\s+"([^"]+)"|\bimport\("([^"]+)"\)|\nimport\s+"([^"]+)"/g,
  );
  return [...found].map((match) => ({ file, from: match[1] ?? match[2] ?? match[3] ?? "" }));
});

/** `src/store/postgres/pool.ts` → `store`; `workers/all.ts` → `workers`; `src/errors.ts` → null: loose files serve everybody. */
function partOf(file: string): string | null {
  const [top, folder, ...rest] = file.split("/");
  if (top !== "src") return top ?? null;
  return rest.length === 0 ? null : (folder ?? null);
}

const targetOf = ({ file, from }: Import) => path.posix.join(path.posix.dirname(file), from);
const isRelative = ({ from }: Import) => from.startsWith(".");

describe("the structure", () => {
  it("is read at all", () => {
    expect(files.length).toBeGreaterThan(50);
    expect(imports.length).toBeGreaterThan(200);
  });

  it("has no part that the table does not know", () => {
    const parts = new Set(files.map(partOf).filter((part) => part !== null));
    expect([...parts].filter((part) => !(part in MAY_IMPORT))).toEqual([]);
  });

  it("has arrows that point one way only", () => {
    const wrong = imports.filter(isRelative).flatMap((entry) => {
      const own = partOf(entry.file);
      const target = partOf(targetOf(entry));
      if (own === null || target === null || own === target || MAY_IMPORT[own]?.includes(target)) return [];
      return [`${entry.file} imports ${targetOf(entry)}`];
    });
    expect(wrong).toEqual([]);
  });

  it("keeps each heavy package in its place", () => {
    const wrong = imports.filter(({ file, from }) => from in ONLY_IN && !ONLY_IN[from]?.test(file));
    expect(wrong).toEqual([]);
  });

  it("keeps engine, contracts and pixels free of files, network and processes", () => {
    expect(imports.filter(({ file, from }) => PURE.test(file) && WORLD.test(from))).toEqual([]);
  });

  it("loads nothing of the server into the dashboard but types, and what has no schemas in it", () => {
    const shared = imports.filter(
      (entry) => partOf(entry.file) === "dashboard" && /^(src|models)\//.test(targetOf(entry)),
    );
    const loaded = shared.filter(({ file, from }) => {
      const text = readFileSync(path.join(ROOT, file), "utf8");
      return !new RegExp(`import type [^;]*?"${from.replaceAll(".", "\\.")}"`).test(text);
    });
    expect(shared.length).toBeGreaterThan(10);
    expect([...new Set(loaded.map(targetOf))].sort()).toEqual([
      "src/contracts/listed-runs.ts",
      "src/contracts/live-protocol.ts",
      "src/contracts/session-names.ts",
    ]);
  });

  it("has no import cycle between files", () => {
    const graph = new Map<string, string[]>(files.map((file) => [file, []]));
    for (const entry of imports.filter(isRelative)) graph.get(entry.file)?.push(targetOf(entry));
    expect(findCycle(graph)).toBeNull();
  });

  it("has no file longer than 300 lines", () => {
    const long = files.filter((file) => readFileSync(path.join(ROOT, file), "utf8").split("\n").length > 301);
    expect(long).toEqual([]);
  });
});

function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] | null {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return null;
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next, [...path, file]);
      if (cycle !== null) return cycle;
    }
    done.add(file);
    return null;
  };
  for (const file of graph.keys()) {
    const cycle = visit(file, []);
    if (cycle !== null) return cycle;
  }
  return null;
}
