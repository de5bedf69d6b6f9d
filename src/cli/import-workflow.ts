import { lstat } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { parseWorkflow } from "../engine/language/parse-workflow.ts";
import { MaskloomError } from "../errors.ts";
import { importADetailer } from "../importers/adetailer/import-adetailer.ts";
import { isInfotext } from "../importers/adetailer/infotext.ts";
import { readADetailer } from "../importers/adetailer/read-source.ts";
import { importComfyUI } from "../importers/comfyui/import-comfyui.ts";
import { readGraph } from "../importers/comfyui/read-graph.ts";
import { plainOf } from "../importers/draft.ts";
import type { Imported } from "../importers/imported.ts";
import { writeWorkflow } from "../importers/write-workflow.ts";
import { type ChooseText, readSource } from "./import-source.ts";
import { printJson, say } from "./terminal.ts";
import { writeFileWhole } from "./write-file.ts";

export interface ImportCommandOptions {
  readonly output?: string;
  readonly force?: true;
  readonly name?: string;
  readonly model: string;
  readonly json?: true;
}

export async function importFromADetailer(
  file: string,
  options: ImportCommandOptions & { readonly settings?: string },
): Promise<void> {
  const { settings } = options;
  const source = readADetailer(
    await readSource(file, infotext, "infotext of ADetailer"),
    settings === undefined ? undefined : await readSource(settings, nothing, "settings"),
  );
  const { model } = options;
  const imported = importADetailer(source, { name: nameFor(file, options, "adetailer"), model });
  await deliver(imported, `ADetailer: ${path.basename(file)}`, options);
}

export async function importFromComfyUI(file: string, options: ImportCommandOptions): Promise<void> {
  const nodes = readGraph(await readSource(file, graph, "a graph of ComfyUI"));
  const { model } = options;
  const imported = importComfyUI(nodes, { name: nameFor(file, options, "comfyui"), model });
  await deliver(imported, `ComfyUI: ${path.basename(file)}`, options);
}

const infotext: ChooseText = (texts) => [...texts.values()].find(isInfotext);

/** The graph that was run, else the one of the editor; ComfyUI's WEBP has the name within the text. */
const graph: ChooseText = (texts) => {
  const found = [...texts].flatMap(([name, text]) => {
    const [, within, json = ""] = /^(?:(prompt|workflow):)?\s*(\{[\s\S]*)$/.exec(text.trim()) ?? [];
    return json === "" ? [] : [{ name: within ?? name, json }];
  });
  return ["prompt", "workflow"].map((name) => found.find((one) => one.name === name)?.json).find(Boolean);
};

const nothing: ChooseText = () => undefined;

/** What was asked for, else the name of the file that is written or read, as far as a workflow can have it. */
function nameFor(file: string, { name, output }: ImportCommandOptions, otherwise: string): string {
  if (name !== undefined) return name;
  const base = path.parse(output ?? (file === "-" ? "" : file)).name;
  const slug = base.toLowerCase().replaceAll(/[^a-z0-9_-]+/g, "-");
  return slug.replace(/^[^a-z0-9]+|-+$/g, "").slice(0, 100) || otherwise;
}

/** An import is often mended by hand. @throws CONFLICT */
async function refuseThere(file: string): Promise<void> {
  if ((await lstat(file).catch(() => null)) === null) return;
  throw new MaskloomError(
    "CONFLICT",
    `-o ${file}: expected a file that is not there yet, this one is; choose another name, or --force to replace it`,
  );
}

/** Checked by the language's own parser first: what is written can be read. */
async function deliver(
  imported: Imported,
  source: string,
  { output, force, json }: ImportCommandOptions,
): Promise<void> {
  if (output !== undefined && force !== true) await refuseThere(output);
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
