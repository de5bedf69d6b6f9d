import process from "node:process";
import { sourcesOf } from "../../../models/networks.ts";
import { readConfig } from "../../config/config.ts";
import {
  createModelLibrary,
  type KnownModel,
  type ModelLibrary,
  type ModelManifest,
} from "../../detection/weights/model-library.ts";
import { MaskloomError, toErrorRecord } from "../../errors.ts";
import { createInferencePool } from "../../onnx/inference-pool.ts";
import { runOnce } from "../../runs/models/run-once.ts";
import { EXIT } from "../exit-codes.ts";
import { paint, printJson, printLine } from "../terminal.ts";

interface VerifyOptions {
  readonly all?: true;
  readonly json?: true;
}

interface Verdict {
  readonly id: string;
  readonly status: "ok" | "absent" | "failed";
  readonly detail: string;
}

/**
 * Reads every byte again whatever is remembered of it, converts the weights anew, and runs the model once.
 * What was never pulled is said and is no fault, unless it was asked for by name.
 */
export async function verifyModels(names: readonly string[], { all, json }: VerifyOptions): Promise<void> {
  if (all === true && names.length > 0) {
    throw new MaskloomError("INPUT_INVALID", "expected either names of models or --all");
  }
  const library = createModelLibrary(readConfig().models.folder);
  const shelf = await library.look();
  const chosen =
    names.length === 0 ? [...shelf.models, ...shelf.inpainters] : names.map((name) => shelf.findAny(name));
  const verdicts: Verdict[] = names.length === 0 ? shelf.broken.map(({ id, fact }) => failed(id, fact)) : [];
  for (const model of chosen) verdicts.push(await verify(model, library));
  for (const verdict of json ? [] : verdicts) printVerdict(verdict);
  if (json) printJson(verdicts);
  const tolerated = names.length === 0 ? ["ok", "absent"] : ["ok"];
  const good = verdicts.every(({ status }) => tolerated.includes(status));
  process.exitCode = good ? EXIT.good : EXIT.failed;
}

async function verify(
  { manifest, state, fact }: KnownModel<ModelManifest>,
  library: ModelLibrary,
): Promise<Verdict> {
  const { id } = manifest;
  if (state === "absent") return { id, status: "absent", detail: fact ?? "not pulled" };
  // Without a cache folder everything is converted from the weights.
  const pool = createInferencePool({ threads: 1 });
  try {
    for (const source of sourcesOf(manifest)) await library.readWeights(source);
    const { result, inferenceMs } = await runOnce(manifest, library, pool);
    return { id, status: "ok", detail: `bytes as pinned, runs (${result}, ${inferenceMs.toFixed(0)} ms)` };
  } catch (error) {
    const { code, message } = toErrorRecord(error);
    return failed(id, `${code}: ${message}`);
  } finally {
    await pool.close();
  }
}

function failed(id: string, detail: string): Verdict {
  return { id, status: "failed", detail };
}

const STYLES = { ok: "green", absent: "yellow", failed: "red" } as const;

function printVerdict({ id, status, detail }: Verdict): void {
  printLine(`${paint(STYLES[status], status.padEnd(6), process.stdout)}  ${id}  ${detail}`);
}
