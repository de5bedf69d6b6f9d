import process from "node:process";
import { sourcesOf } from "../../../models/networks.ts";
import { inpainterManifests } from "../../../models/registry.ts";
import { shapesOf } from "../../../models/shapes.ts";
import { readConfig } from "../../config.ts";
import {
  createModelLibrary,
  type KnownModel,
  type ModelShelf,
} from "../../detection/weights/model-library.ts";
import { formatBytes } from "../../runs/models/byte-size.ts";
import { formatTable, paint, printJson, printLine, sayWarning } from "../terminal.ts";

/** What there is, with states by digest: a file that has not changed since it was last read is not read again. */
export async function listModels({ json }: { readonly json?: true }): Promise<void> {
  const shelf = await createModelLibrary(readConfig().models.folder).look(true);
  if (json) return printJson(asJson(shelf));
  const heading = (text: string) => printLine(paint("bold", text, process.stdout));
  heading("Detectors");
  printLine(
    formatTable([["  id", "AIR", "state", "size", "finds", "shapes", "licence"], ...shelf.models.map(rowOf)]),
  );
  heading("\nInpainters");
  printLine(formatTable(inpainterManifests.map(({ id, description }) => [`  ${id}`, description])));
  for (const { manifest, fact } of shelf.models.filter(({ state }) => state === "damaged")) {
    sayWarning(`${manifest.id}: ${fact}`);
  }
  for (const { id, fact } of shelf.broken) sayWarning(`${id}: ${fact}`);
}

const WORDS = { ready: "ready", absent: "not pulled", damaged: "damaged" } as const;
const STYLES = { ready: "green", absent: "yellow", damaged: "red" } as const;

function rowOf({ manifest, state }: KnownModel): string[] {
  const { id, air = "", detects, licence } = manifest;
  const size = formatBytes(bytesOf(manifest));
  const word = paint(STYLES[state], WORDS[state].padEnd(WORDS.absent.length), process.stdout);
  return [`  ${id}`, air, word, size, detects, shapesOf(manifest).join(","), licence];
}

type Manifest = KnownModel["manifest"];

/** Of all the files that a model needs; several models may share one. */
function bytesOf(manifest: Manifest): number {
  return sourcesOf(manifest).reduce((sum, source) => sum + source.bytes, 0);
}

function asJson({ models, broken }: ModelShelf) {
  return {
    detectors: models.map(({ manifest, origin, state, fact }) => ({
      ...manifest,
      origin,
      state: state === "absent" ? "notPulled" : state,
      fact,
      bytes: bytesOf(manifest),
      sources: sourcesOf(manifest),
    })),
    inpainters: inpainterManifests,
    broken,
  };
}
