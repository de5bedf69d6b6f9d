import process from "node:process";
import { readConfig } from "../../config/config.ts";
import {
  createModelLibrary,
  type KnownModel,
  type ModelManifest,
  type ModelShelf,
} from "../../detection/weights/model-library.ts";
import { MaskloomError } from "../../errors.ts";
import { formatBytes } from "../../runs/models/byte-size.ts";
import { createHttpClient } from "../../runs/models/http-client.ts";
import type { Pulling } from "../../runs/models/pull-file.ts";
import { isPullable, pulledSourcesOf, pullModel, requireSpace } from "../../runs/models/pull-model.ts";
import { EXIT } from "../exit-codes.ts";
import { listenForInterruption } from "../interruption.ts";
import { paint, printLine, say, sayError } from "../terminal.ts";
import { createPullProgress } from "./pull-progress.ts";

export interface PullOptions {
  readonly all?: true;
}

type CliPulling = Omit<Pulling, "progressOf" | "onWait">;

/** How a pull tells people how far it is. */
export const TOLD: Pick<Pulling, "progressOf" | "onWait"> = {
  progressOf: ({ file, bytes }) => createPullProgress(file, bytes),
  onWait: () => say("another process pulls models; waiting for it"),
};

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
export async function pullAll(
  wanted: readonly KnownModel<ModelManifest>[],
  pulling: CliPulling,
): Promise<boolean> {
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

function chooseModels(
  shelf: ModelShelf,
  names: readonly string[],
  all: boolean,
): KnownModel<ModelManifest>[] {
  if (all === names.length > 0) {
    throw new MaskloomError(
      "INPUT_INVALID",
      "expected the names of models, or --all for all that can be pulled",
    );
  }
  if (all) return [...shelf.models, ...shelf.inpainters].filter(isPullable);
  return [...new Set(names.map((name) => shelf.findAny(name)))];
}

async function pullOne(model: KnownModel<ModelManifest>, pulling: CliPulling): Promise<void> {
  const { manifest } = model;
  const sources = pulledSourcesOf(manifest);
  if (sources.length === 0) {
    const how = model.origin === "added" ? "was added from a file" : "comes with Maskloom's npm packages";
    return printLine(`${manifest.id}: ${how}, there is nothing to pull`);
  }
  if (model.state === "ready") return printLine(`${manifest.id}: is here already, and whole`);
  await pullModel(manifest, { ...pulling, ...TOLD }, (source) => {
    const size = formatBytes(source.bytes);
    say(`${paint("bold", manifest.id)}  ${size}  licence ${manifest.licence}  from ${placeOf(source.url)}`);
  });
  printLine(`${manifest.id}: pulled, checked and run once`);
}

function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
