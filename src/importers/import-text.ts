import type { ImportedWorkflow, ImportWorkflow } from "../contracts/workflow-library.ts";
import { parseWorkflow } from "../engine/language/parse-workflow.ts";
import { importADetailer } from "./adetailer/import-adetailer.ts";
import { readADetailer } from "./adetailer/read-source.ts";
import { importComfyUI } from "./comfyui/import-comfyui.ts";
import { readGraph } from "./comfyui/read-graph.ts";
import { DEFAULT_INPAINTER, type Imported, type ImportOptions } from "./imported.ts";
import type { SourceText } from "./source-faults.ts";
import { writeWorkflow } from "./write-workflow.ts";

type Tool = ImportedWorkflow["from"];

interface Importer {
  readonly title: string;
  readonly read: (source: SourceText, options: ImportOptions) => Imported;
}

const IMPORTERS: Readonly<Record<Tool, Importer>> = {
  adetailer: {
    title: "ADetailer",
    read: (source, options) => importADetailer(readADetailer(source), options),
  },
  comfyui: {
    title: "ComfyUI",
    read: (source, options) => importComfyUI(readGraph(source), options),
  },
};

/**
 * Another tool's settings, pasted, as a workflow.
 * @throws INPUT_INVALID with line and column of what cannot be read
 */
export function importText({ from, source, name, model }: ImportWorkflow): ImportedWorkflow {
  const tool = from ?? toolOf(source);
  const { title, read } = IMPORTERS[tool];
  const text = { file: "source", text: source.replace(/^\uFEFF/, "") };
  const imported = read(text, { name: name ?? tool, model: model ?? DEFAULT_INPAINTER });
  const yaml = writeWorkflow(imported, title);
  parseWorkflow(yaml, { file: "workflow" });
  return { from: tool, source: yaml, notes: [...imported.notes] };
}

/** Nodes have a class where the API takes them, and links where the editor saves them; ADetailer's settings have neither. */
function toolOf(source: string): Tool {
  return /"class_type"\s*:|"links"\s*:\s*\[/.test(source) ? "comfyui" : "adetailer";
}
