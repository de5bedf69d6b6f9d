import process from "node:process";
import { sourcesOf } from "../../../models/networks.ts";
import { shapesOf } from "../../../models/shapes.ts";
import { readConfig } from "../../config/config.ts";
import {
  createModelLibrary,
  type KnownModel,
  type ModelManifest,
  type ModelShelf,
} from "../../detection/weights/model-library.ts";
import { formatBytes } from "../../runs/models/byte-size.ts";
import { clearStaging } from "../../runs/models/staging-folder.ts";
import { formatTable, paint, printJson, printLine, sayWarning } from "../terminal.ts";

/** What there is, with states by digest: a file that has not changed since it was last read is not read again. */
export async function listModels({ json }: { readonly json?: true }): Promise<void> {
  const { folder } = readConfig().models;
  await clearStaging({ root: folder });
  const shelf = await createModelLibrary(folder).look(true);
  if (json) return printJson(asJson(shelf));
  const heading = (text: string) => printLine(paint("bold", text, process.stdout));
  heading("Detectors");
  printLine(
    formatTable([["  id", "AIR", "state", "size", "finds", "shapes", "licence"], ...shelf.models.map(rowOf)]),
  );
  heading("\nInpainters");
  printLine(
    formatTable([
      ["  id", "state", "size", "licence", "what it does"],
      ...shelf.inpainters.map(inpainterRowOf),
    ]),
  );
  for (const { manifest, fact } of [...shelf.models, ...shelf.inpainters].filter(
    ({ state }) => state === "damaged",
  )) {
    sayWarning(`${manifest.id}: ${fact}`);
  }
  for (const { id, fact } of shelf.broken) sayWarning(`${id}: ${fact}`);
}

const WORDS = { ready: "ready", absent: "not pulled", damaged: "damaged" } as const;
const STYLES = { ready: "green", absent: "yellow", damaged: "red" } as const;

function stateWord(state: KnownModel["state"]): string {
  return paint(STYLES[state], WORDS[state].padEnd(WORDS.absent.length), process.stdout);
}

function inpainterRowOf({ manifest, state }: ModelShelf["inpainters"][number]): string[] {
  const { id, licence, description } = manifest;
  const bytes = bytesOf(manifest);
  return [`  ${id}`, stateWord(state), bytes === 0 ? "" : formatBytes(bytes), licence, description];
}

function rowOf({ manifest, state }: KnownModel): string[] {
  const { id, air = "", detects, licence } = manifest;
  const size = formatBytes(bytesOf(manifest));
  return [`  ${id}`, air, stateWord(state), size, detects, shapesOf(manifest).join(","), licence];
}

/** Of all the files that a model needs; several models may share one. */
function bytesOf(manifest: ModelManifest): number {
  return sourcesOf(manifest).reduce((sum, source) => sum + source.bytes, 0);
}

function asJson({ models, inpainters, broken }: ModelShelf) {
  return { detectors: models.map(describe), inpainters: inpainters.map(describe), broken };
}

function describe({ manifest, origin, state, fact }: KnownModel<ModelManifest>) {
  return {
    ...manifest,
    origin,
    state: state === "absent" ? "notPulled" : state,
    fact,
    bytes: bytesOf(manifest),
    sources: sourcesOf(manifest),
  };
}
