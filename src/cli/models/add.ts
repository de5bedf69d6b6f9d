import { createHash } from "node:crypto";
import { readFile, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { sourcesOf } from "../../../models/networks.ts";
import { detectorManifests, inpainterManifests } from "../../../models/registry.ts";
import { readConfig } from "../../config/config.ts";
import type { AddedSource } from "../../contracts/manifest.ts";
import { addedName } from "../../detection/weights/added-models.ts";
import { type ModelFolder, modelFolder, storedPath } from "../../detection/weights/model-folder.ts";
import {
  createModelLibrary,
  type ModelLibrary,
  type ModelManifest,
} from "../../detection/weights/model-library.ts";
import { isOnnx, toYoloOnnx } from "../../detection/yolo/yolo-weights.ts";
import { hasCode, MaskloomError } from "../../errors.ts";
import { createInferencePool } from "../../onnx/inference-pool.ts";
import { vetOnnx } from "../../onnx/vet-onnx.ts";
import { formatBytes } from "../../runs/models/byte-size.ts";
import { pulledSourcesOf } from "../../runs/models/pull-model.ts";
import { runOnce as runModel } from "../../runs/models/run-once.ts";
import { withStaging } from "../../runs/models/staging-folder.ts";
import { trialLimits, tryApart } from "../../runs/models/try-apart.ts";
import { EXIT } from "../exit-codes.ts";
import { listenForInterruption } from "../interruption.ts";
import { printLine, sayWarning } from "../terminal.ts";
import { writeFileWhole } from "../write-file.ts";
import { addedInpainter, type NetworkOptions } from "./added-inpainter.ts";
import { addedManifest } from "./added-manifest.ts";

export interface AddOptions extends NetworkOptions {
  readonly id?: string;
  readonly labels?: readonly string[];
  /** A network that repaints, not one that detects. */
  readonly inpainter?: true;
  readonly licence: string;
}

/** Beyond this no detector of this family goes; whoever means another file has mistyped. */
const MAX_BYTES = 2 * 1024 ** 3;

/**
 * Makes a file of the user's a model: copied, converted, run once, and only then given its name. The file of a known
 * model becomes that model. A file that does not run leaves nothing behind.
 */
export async function addModel(file: string, options: AddOptions): Promise<void> {
  const { folder: root } = readConfig().models;
  const library = createModelLibrary(root);
  const bytes = await readModelFile(file);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const known = [...detectorManifests, ...inpainterManifests].find((manifest) =>
    pulledSourcesOf(manifest).some((source) => source.sha256 === sha256),
  );
  if (known !== undefined) return await becomeKnown(known, sha256, bytes, library);
  const id = await freeId(options.id ?? idOf(file), sha256, library);
  if (id === null) return;
  const folder = modelFolder(root);
  // Nothing here can be broken off half-way; what exits leaves no folder and no lock.
  const interruption = listenForInterruption((name) =>
    process.exit(name === "SIGINT" ? EXIT.interrupted : EXIT.terminated),
  );
  try {
    const manifest = await withStaging(folder, (staging) =>
      tryInStaging(folder, staging, { id, file, bytes, sha256, options }),
    );
    printLine(`${manifest.id}: added (${formatBytes(bytes.length)}), ${manifest.description}`);
    if (options.licence === "unknown") {
      sayWarning("its licence is not recorded: say it with --licence, and see that it allows what you do");
    }
  } finally {
    interruption.dispose();
  }
}

/** What was brought by other means has the publisher's name and bytes from now on; what does not run is taken away again. */
export async function becomeKnown(
  manifest: ModelManifest,
  sha256: string,
  bytes: Uint8Array,
  library: ModelLibrary,
): Promise<void> {
  const [source] = pulledSourcesOf(manifest).filter((one) => one.sha256 === sha256);
  if (source === undefined || library.folder === null) return;
  const file = storedPath(modelFolder(library.folder), source);
  await writeFileWhole(file, bytes);
  await runOnce(manifest, library).catch(async (error: unknown) => {
    await rm(file, { force: true });
    throw error;
  });
  printLine(
    `${manifest.id}: added; it is the file that its publisher gives out (licence ${manifest.licence})`,
  );
}

interface Addition {
  readonly id: string;
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly options: AddOptions;
}

/**
 * Everything happens in a folder of its own beside the models, whose files are renamed when all went well. There it is
 * first a model like any other, which another process runs.
 */
async function tryInStaging(
  folder: ModelFolder,
  staging: ModelFolder,
  addition: Addition,
): Promise<ModelManifest> {
  const { id, bytes, sha256 } = addition;
  const source = { added: `${id}${isOnnx(bytes) ? ".onnx" : ".pt"}`, sha256, bytes: bytes.length };
  const describe = await readDescription(addition, source);
  const draft = describe(null);
  await writeFileWhole(storedPath(staging, source), bytes);
  await writeManifest(staging, id, draft);
  const { answersIn } = await tryApart(staging.root, draft.id, trialLimits(bytes.length));
  const manifest = describe(answersIn);
  await rename(storedPath(staging, source), storedPath(folder, source));
  await writeManifest(folder, id, manifest);
  return manifest;
}

async function writeManifest(folder: ModelFolder, id: string, manifest: ModelManifest): Promise<void> {
  await writeFileWhole(path.join(folder.added, `${id}.json`), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** @returns what makes its manifest, once from what the file says and once from what it answered */
async function readDescription(
  { id, file, bytes, options }: Addition,
  source: AddedSource,
): Promise<(answersIn: readonly [number, number] | null) => ModelManifest> {
  const name = path.basename(file);
  if (options.inpainter) {
    vetOnnx(bytes, name);
    return (answersIn) => addedInpainter(bytes, { ...options, id, file: name, source }, answersIn);
  }
  const { labels, licence } = options;
  const onnx = await toYoloOnnx(bytes, name);
  return () => addedManifest(onnx, { id, file: name, source, labels, licence });
}

async function runOnce(manifest: ModelManifest, library: ModelLibrary): Promise<void> {
  const pool = createInferencePool({ threads: 1 });
  try {
    await runModel(manifest, library, pool);
  } finally {
    await pool.close();
  }
}

export async function readModelFile(file: string): Promise<Uint8Array> {
  try {
    const found = await stat(file);
    const { size } = found;
    // A device or a pipe may have no end.
    if (!found.isFile()) {
      throw new MaskloomError("INPUT_INVALID", `${file}: expected a model file, got a folder or a device`);
    }
    if (size <= MAX_BYTES) return await readFile(file);
    throw new MaskloomError(
      "INPUT_INVALID",
      `${file}: expected a model of at most ${formatBytes(MAX_BYTES)}, got ${formatBytes(size)}`,
    );
  } catch (error) {
    if (error instanceof MaskloomError) throw error;
    const reason = hasCode(error, "ENOENT") ? "there is no such file" : String(error);
    throw new MaskloomError("INPUT_MISSING", `${file}: expected a model file: ${reason}`, { cause: error });
  }
}

function idOf(file: string): string {
  const { name } = path.parse(file);
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9_.-]+/g, "-")
    .replace(/^[^a-z0-9]+/, "")
    .slice(0, 64);
}

/**
 * @returns null where this very file is there under this name
 * @throws INPUT_INVALID for what is no name, CONFLICT for one that is taken
 */
async function freeId(wanted: string, sha256: string, library: ModelLibrary): Promise<string | null> {
  const id = wanted.toLowerCase();
  if (!/^[a-z0-9][a-z0-9_.-]{0,63}$/.test(id)) {
    throw new MaskloomError(
      "INPUT_INVALID",
      `--id ${JSON.stringify(wanted)}: expected letters, digits, _, . and -, at most 64, a letter or digit first`,
    );
  }
  const { models, inpainters, broken, isName } = await library.look();
  const own = [...models, ...inpainters].find(
    ({ manifest, origin }) => origin === "added" && addedName(manifest) === id,
  );
  const isSame = own !== undefined && sourcesOf(own.manifest).some((source) => source.sha256 === sha256);
  if (isSame && own.state === "ready") {
    printLine(`${id}: is here already, with these very bytes`);
    return null;
  }
  if (!isName(id) && broken.every((one) => one.id !== id)) return id;
  throw new MaskloomError(
    "CONFLICT",
    `--id ${id}: a model has this name already; choose another one${own === undefined ? "" : `, or first: maskloom models remove ${id}`}`,
  );
}
