import { stat, statfs } from "node:fs/promises";
import process from "node:process";
import { sourcesOf } from "../../../models/networks.ts";
import { type Config, readConfig } from "../../config.ts";
import type { DetectorManifest, ModelSource, PulledSource } from "../../contracts/manifest.ts";
import { modelFolder, storedPath } from "../../detection/weights/model-folder.ts";
import {
  createModelLibrary,
  type KnownModel,
  type ModelShelf,
} from "../../detection/weights/model-library.ts";
import { tryModel } from "../../detection/weights/try-model.ts";
import { MaskloomError } from "../../errors.ts";
import { makeFolder } from "../../make-folder.ts";
import { createInferencePool } from "../../onnx/inference-pool.ts";
import { EXIT } from "../exit-codes.ts";
import { listenForInterruption } from "../interruption.ts";
import { paint, printLine, say, sayError } from "../terminal.ts";
import { outputFailure } from "../write-file.ts";
import { formatBytes } from "./byte-size.ts";
import { createHttpClient, type HttpClient } from "./http-client.ts";
import { pullFile } from "./pull-file.ts";

export interface PullOptions {
  readonly all?: true;
}

/** A model as converted is about as large as its weights. */
const SPACE_FACTOR = 2;
const SPACE_MARGIN = 16 * 1024 ** 2;

/** What one pull works with. */
interface Pulling {
  readonly config: Pick<Config, "models">;
  readonly client: HttpClient;
  readonly signal: AbortSignal;
}

/** Brings the weights of models that are not part of npm packages. One that fails does not stop the others. */
export async function pullModels(names: readonly string[], { all }: PullOptions): Promise<void> {
  const config = readConfig();
  const library = createModelLibrary(config.models.folder);
  const wanted = chooseModels(await library.look(true), names, all === true);
  const interruption = listenForInterruption(() => say("stopping; the next pull goes on from here"));
  const client = createHttpClient();
  try {
    const good = await pullAll(wanted, { config, client, signal: interruption.signal });
    process.exitCode = interruption.exitCode() ?? (good ? EXIT.good : EXIT.failed);
  } finally {
    interruption.dispose();
    await client.close();
  }
}

/**
 * @returns whether all are here now
 * @throws DISK_FULL before anything is fetched
 */
export async function pullAll(wanted: readonly KnownModel[], pulling: Pulling): Promise<boolean> {
  const missing = wanted.filter((model) => isPullable(model) && model.state !== "ready");
  await requireSpace(pulling.config.models.folder, missing);
  let good = true;
  for (const model of wanted) {
    if (pulling.signal.aborted) return false;
    try {
      await pullOne(model, pulling);
    } catch (error) {
      good = false;
      sayError(error, model.manifest.id);
    }
  }
  return good;
}

function chooseModels(shelf: ModelShelf, names: readonly string[], all: boolean): KnownModel[] {
  if (all === names.length > 0) {
    throw new MaskloomError(
      "INPUT_INVALID",
      "expected the names of models, or --all for all that can be pulled",
    );
  }
  if (all) return shelf.models.filter(isPullable);
  return [...new Set(names.map((name) => shelf.find(name)))];
}

export function pulledSourcesOf(manifest: DetectorManifest): PulledSource[] {
  return sourcesOf(manifest).filter((source: ModelSource): source is PulledSource => "url" in source);
}

function isPullable({ manifest }: KnownModel): boolean {
  return pulledSourcesOf(manifest).length > 0;
}

async function pullOne(model: KnownModel, pulling: Pulling): Promise<void> {
  const { manifest } = model;
  const sources = pulledSourcesOf(manifest);
  if (sources.length === 0) {
    const how = model.origin === "added" ? "was added from a file" : "comes with Maskloom's npm packages";
    return printLine(`${manifest.id}: ${how}, there is nothing to pull`);
  }
  if (model.state === "ready") return printLine(`${manifest.id}: is here already, and whole`);
  for (const source of sources) {
    const size = formatBytes(source.bytes);
    say(`${paint("bold", manifest.id)}  ${size}  licence ${manifest.licence}  from ${placeOf(source.url)}`);
    await pullFile(source, pulling);
  }
  const pool = createInferencePool({ threads: 1, cacheFolder: pulling.config.models.folder });
  try {
    const library = createModelLibrary(pulling.config.models.folder);
    await tryModel(manifest, library, pool, pulling.signal);
  } finally {
    await pool.close();
  }
  printLine(`${manifest.id}: pulled, checked and run once`);
}

function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

/** Before anything is fetched: a disk that fills up halfway helps nobody. */
async function requireSpace(folder: string, models: readonly KnownModel[]): Promise<void> {
  if (models.length === 0) return;
  await makeFolder(folder).catch((error: unknown) => {
    throw outputFailure(folder, error);
  });
  const places = modelFolder(folder);
  let needed = SPACE_MARGIN;
  for (const source of models.flatMap(({ manifest }) => pulledSourcesOf(manifest))) {
    const part = await stat(`${storedPath(places, source)}.part`).catch(() => null);
    needed += source.bytes * SPACE_FACTOR - Math.min(part?.size ?? 0, source.bytes);
  }
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= needed) return;
  throw new MaskloomError(
    "DISK_FULL",
    `${folder}: expected ${formatBytes(needed)} of free space for ${models.map(({ manifest }) => manifest.id).join(", ")}, ` +
      `found ${formatBytes(bavail * bsize)}; free some, or set MASKLOOM_HOME to another disk`,
  );
}
