import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { readConfig } from "../src/config/config.ts";
import { createModelLibrary } from "../src/detection/weights/model-library.ts";
import { PACKAGE_ROOT } from "../src/package-root.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../test/store/postgres/temporary-home.ts";
import type { ModelFigures } from "./detection/model-figures.ts";
import { peerRows } from "./detection/peer-rows.ts";
import { type MeasuredPeer, measurePeer, PEERS } from "./detection/peers.ts";
import { median, percentile, printTable, type Row, spread } from "./table.ts";

const run = promisify(execFile);
const ROUNDS = 15;
/** A portrait and a half-length picture that everybody has; hands and people where the shared photos are. */
const PHOTOS = [
  "examples/photos/astronaut.jpg",
  "examples/photos/grace_hopper.jpg",
  "../shared/photos/one_face_two_hands.jpg",
  "../shared/photos/full_body_coco234748.jpg",
];
const SHARED_WEIGHTS = {
  "yolov8n-face-640": "yolov8n-face_deq640.onnx",
  "yolov8n-seg-person-640": "yolov8n-seg_person_deq640.onnx",
};
const MAX_OUTPUT = 64 * 1024 * 1024;
const GOAL = { ratio: 1.15, extraMs: 2, slowFrom: 10, cores: 1.8 };

/** Every model by itself, beside bare `session.run`, and beside what a user could pick instead. */
export async function benchDetection(): Promise<void> {
  const photos = PHOTOS.map((photo) => path.join(PACKAGE_ROOT, photo)).filter((photo) => existsSync(photo));
  const home = await makeTemporaryHome();
  const figures: ModelFigures[] = [];
  const env = { ...process.env, MASKLOOM_HOME: home };
  const weights = await addWeights(env);
  const { models } = await createModelLibrary(readConfig(env).models.folder).look();
  const absent = models.filter(({ state }) => state !== "ready").map(({ manifest }) => manifest.id);
  if (absent.length > 0) process.stdout.write(`\nNot pulled, so not measured: ${absent.join(", ")}\n`);
  for (const { manifest, state } of models) {
    if (state !== "ready") continue;
    const { id } = manifest;
    const script = path.join(PACKAGE_ROOT, "bench/detection/measure-model.ts");
    const args = ["--import", "tsx", script, id, String(ROUNDS), ...photos];
    const measured = await run(process.execPath, args, { maxBuffer: MAX_OUTPUT, env }).catch(report(id));
    if (measured !== null) figures.push(JSON.parse(measured.stdout) as ModelFigures);
  }
  const throughput = await measureThroughput(figures, photos, env);
  await removeTemporaryHome(home);
  printParts(figures);
  printBare(figures);
  printThroughput(throughput);
  const measured: MeasuredPeer[] = [];
  for (const peer of PEERS) measured.push(await measurePeer(peer, { rounds: ROUNDS, photos, weights }));
  printTable("Detection beside its peers, median and p95 per picture", peerRows(figures, measured));
}

function report(id: string) {
  return (error: Error): null => {
    process.stdout.write(`\n${id}: not measured: ${error.message.split("\n")[0]}\n`);
    return null;
  };
}

/**
 * Real YOLOv8 weights to measure with: those beside the repository, which have the layout of the pulled ones, and
 * YOLO_WEIGHTS=<files, colons between>. Gives the files by the ids of their models.
 */
async function addWeights(env: NodeJS.ProcessEnv): Promise<Readonly<Record<string, string>>> {
  const shared = Object.entries(SHARED_WEIGHTS).map(
    ([id, file]) => [id, path.join(PACKAGE_ROOT, "../shared/weights/yolov8", file)] as const,
  );
  const named = (process.env["YOLO_WEIGHTS"] ?? "").split(":").filter((file) => file !== "");
  const weights = [
    ...shared.filter(([, file]) => existsSync(file)),
    ...named.map((file) => [path.parse(file).name, path.resolve(file)] as const),
  ];
  const cli = path.join(PACKAGE_ROOT, "src/cli/main.ts");
  for (const [id, file] of weights) {
    await run(process.execPath, ["--import", "tsx", cli, "models", "add", file, "--id", id], { env });
  }
  return Object.fromEntries(weights);
}

const PARTS = ["decode", "preprocess", "inference", "postprocess", "mask"] as const;

/** In as few characters as a wide table allows. */
const both = (times: readonly number[]) =>
  `${median(times).toFixed(2)} / ${percentile(times, 0.95).toFixed(2)}`;

function printParts(all: readonly ModelFigures[]): void {
  const columns = ["model", ...PARTS, "total", "peak memory"];
  process.stdout.write(
    `\n### Detection, median / p95 in ms per picture and part, one thread\n\n| ${columns.join(" | ")} |\n`,
  );
  process.stdout.write(`|${columns.map(() => "---").join("|")}|\n`);
  for (const { model, photos, peakMiB } of all) {
    const parts = PARTS.map((part) => both(photos.flatMap((photo) => photo.spent[part])));
    const total = both(photos.flatMap((photo) => photo.total));
    process.stdout.write(`| ${[model, ...parts, total, `${peakMiB.toFixed(0)} MiB`].join(" | ")} |\n`);
  }
}

function printBare(all: readonly ModelFigures[]): void {
  const rows = all.map((figures): Row => {
    const ours = figures.photos.flatMap((photo) => photo.total);
    const bare = figures.photos.flatMap((photo) => photo.bare);
    const [mine, limit] = [median(ours), median(bare)];
    const holds = limit >= GOAL.slowFrom ? mine <= limit * GOAL.ratio : mine <= limit + GOAL.extraMs;
    return { what: figures.model, ours: spread(ours), against: `bare ${spread(bare)}`, verdict: holds };
  });
  printTable("Detection from decoded pixels beside bare session.run", rows);
}

interface Throughput {
  readonly model: string;
  /** Pictures per second of a process that may use one core, with one thread, and of one with two of both. */
  readonly one: number;
  readonly two: number;
}

/** Without being confined, one thread would use the second core, too: for what is done around it, and for clearing up. */
async function measureThroughput(
  all: readonly ModelFigures[],
  photos: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Throughput[]> {
  const script = path.join(PACKAGE_ROOT, "bench/detection/measure-throughput.ts");
  const on = async (cores: string, threads: number, model: string): Promise<number> => {
    const args = [
      "-c",
      cores,
      process.execPath,
      "--import",
      "tsx",
      script,
      model,
      String(threads),
      ...photos,
    ];
    return Number((await run("taskset", args, { env })).stdout);
  };
  const measured: Throughput[] = [];
  for (const { model } of all) {
    const figures = await Promise.resolve()
      .then(async () => ({ model, one: await on("0", 1, model), two: await on("0,1", 2, model) }))
      .catch(report(model));
    if (figures !== null) measured.push(figures);
  }
  return measured;
}

function printThroughput(all: readonly Throughput[]): void {
  const rows = all.map(({ model, one, two }): Row => {
    const against = `>= ${GOAL.cores} x ${one.toFixed(1)}/s`;
    return { what: model, ours: `${two.toFixed(1)}/s`, against, verdict: two >= GOAL.cores * one };
  });
  printTable("Pictures per second, two cores beside one", rows);
}
