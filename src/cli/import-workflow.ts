import { readFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { text as readText } from "node:stream/consumers";
import { parseWorkflow } from "../engine/language/parse-workflow.ts";
import { hasCode, MaskloomError } from "../errors.ts";
import { importADetailer } from "../importers/adetailer/import-adetailer.ts";
import { readADetailer } from "../importers/adetailer/read-source.ts";
import { importComfyUI } from "../importers/comfyui/import-comfyui.ts";
import { readGraph } from "../importers/comfyui/read-graph.ts";
import { plainOf } from "../importers/draft.ts";
import type { Imported } from "../importers/imported.ts";
import type { SourceText } from "../importers/source-faults.ts";
import { writeWorkflow } from "../importers/write-workflow.ts";
import { printJson, say } from "./terminal.ts";
import { writeFileWhole } from "./write-file.ts";

export interface ImportCommandOptions {
  readonly output?: string;
  readonly name?: string;
  readonly model: string;
  readonly json?: true;
}

/** A payload may hold pictures as base64; beyond this it is another file. */
const MOST_BYTES = 256 * 1024 * 1024;

export async function importFromADetailer(
  file: string,
  options: ImportCommandOptions & { readonly settings?: string },
): Promise<void> {
  const source = readADetailer(
    await readSource(file),
    options.settings === undefined ? undefined : await readSource(options.settings),
  );
  const { model } = options;
  const imported = importADetailer(source, { name: nameFor(file, options, "adetailer"), model });
  await deliver(imported, `ADetailer: ${path.basename(file)}`, options);
}

export async function importFromComfyUI(file: string, options: ImportCommandOptions): Promise<void> {
  const graph = readGraph(await readSource(file));
  const { model } = options;
  const imported = importComfyUI(graph, { name: nameFor(file, options, "comfyui"), model });
  await deliver(imported, `ComfyUI: ${path.basename(file)}`, options);
}

/** `-` is stdin. */
async function readSource(file: string): Promise<SourceText> {
  if (file === "-") return { file: "stdin", text: await readText(process.stdin) };
  try {
    const bytes = await readFile(file);
    if (bytes.length <= MOST_BYTES) return { file, text: bytes.toString("utf8").replace(/^\uFEFF/, "") };
  } catch (error) {
    if (!hasCode(error, "ENOENT") && !hasCode(error, "EISDIR")) throw error;
    throw new MaskloomError("INPUT_MISSING", `${file}: expected a file, there is none`, { cause: error });
  }
  throw new MaskloomError("INPUT_INVALID", `${file}: expected at most ${MOST_BYTES} bytes`);
}

/** What was asked for, else the name of the file that is written or read, as far as a workflow can have it. */
function nameFor(file: string, { name, output }: ImportCommandOptions, otherwise: string): string {
  if (name !== undefined) return name;
  const base = path.parse(output ?? (file === "-" ? "" : file)).name;
  const slug = base.toLowerCase().replaceAll(/[^a-z0-9_-]+/g, "-");
  return slug.replace(/^[^a-z0-9]+|-+$/g, "").slice(0, 100) || otherwise;
}

/** Checked by the language's own parser first: what is written can be read. */
async function deliver(
  imported: Imported,
  source: string,
  { output, json }: ImportCommandOptions,
): Promise<void> {
  const yaml = writeWorkflow(imported, source);
  parseWorkflow(yaml, { file: output ?? "workflow" });
  if (output !== undefined) await writeFileWhole(output, yaml);
  if (json) return printJson({ workflow: plainOf(imported.workflow), notes: imported.notes });
  if (output === undefined) {
    process.stdout.write(yaml);
    return;
  }
  for (const { kind, path: place, message } of imported.notes) say(`${kind}: ${place}: ${message}`);
  say(`${output}: written`);
}
