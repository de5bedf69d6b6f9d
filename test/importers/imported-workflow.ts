import { type ParsedWorkflow, parseWorkflow } from "../../src/engine/language/parse-workflow.ts";
import { importADetailer } from "../../src/importers/adetailer/import-adetailer.ts";
import { readADetailer } from "../../src/importers/adetailer/read-source.ts";
import type { ADetailerSettings } from "../../src/importers/adetailer/unit.ts";
import { plainOf } from "../../src/importers/draft.ts";
import { DEFAULT_INPAINTER, type Imported, type ImportNote } from "../../src/importers/imported.ts";
import { writeWorkflow } from "../../src/importers/write-workflow.ts";

export type StepFields = Readonly<Record<string, unknown>>;

export interface Checked {
  readonly yaml: string;
  readonly parsed: ParsedWorkflow;
  readonly steps: readonly StepFields[];
  readonly notes: readonly ImportNote[];
  /** `path: message` of each note. */
  readonly said: readonly string[];
}

/** What was written, read back by the language's own parser; throws where that refuses it. */
export function checked(imported: Imported): Checked {
  const yaml = writeWorkflow(imported, "a test");
  const parsed = parseWorkflow(yaml, { file: "imported.yaml" });
  const authored = plainOf(imported.workflow);
  const same = parseWorkflow(JSON.stringify(authored), { file: "imported.json" });
  if (same.digest !== parsed.digest) throw new Error("the YAML says something else than the document");
  return {
    yaml,
    parsed,
    steps: parsed.document.steps,
    notes: imported.notes,
    said: imported.notes.map(({ path, message }) => `${path}: ${message}`),
  };
}

/** ADetailer's source as text. */
export function importText(text: string, settings?: Partial<ADetailerSettings>): Checked {
  const config = settings === undefined ? undefined : { file: "config.json", text: JSON.stringify(settings) };
  const source = readADetailer({ file: "args.json", text }, config);
  return checked(importADetailer(source, { name: "imported", model: DEFAULT_INPAINTER }));
}

/** One unit for faces, with what is said of it. */
export function importUnit(unit: object, settings?: Partial<ADetailerSettings>): Checked {
  return importText(JSON.stringify([{ ad_model: "face_yolov8n.pt", ...unit }]), settings);
}
