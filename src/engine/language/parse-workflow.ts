import type { Digest } from "../../contracts/ids.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../contracts/json.ts";
import { LANGUAGE_VERSION, Workflow } from "../../contracts/workflow.ts";
import { MaskloomError, parseAs } from "../../errors.ts";
import { checkConsistency } from "./check-consistency.ts";
import { checkReferences } from "./check-references.ts";
import { checkSchema } from "./check-schema.ts";
import { workflowDigest } from "./digest.ts";
import { type Fault, type FaultList, type FieldPath, formatFaults } from "./faults.ts";
import { readDocument } from "./read-document.ts";
import { findUnknownModels, type ModelRefusal } from "./unknown-models.ts";

export interface ParsedWorkflow {
  /** The name its faults are reported under. */
  readonly file: string;
  /** As written and checked: expressions are still in it, defaults are not merged into the steps. */
  readonly document: Workflow;
  /** The same as plain data. `JSON.stringify(authored)` parses to the same document and digest. */
  readonly authored: JsonObject;
  readonly digest: Digest;
  /** A fault of a field of this document, at its line and column. */
  readonly faultAt: (path: FieldPath, message: string) => Fault;
}

/** Either the workflow or all that is wrong with its text, in the order of the file. */
export type CheckedWorkflow =
  | { readonly ok: true; readonly workflow: ParsedWorkflow }
  | { readonly ok: false; readonly faults: readonly Fault[] };

interface ReadOptions {
  /** Name that messages begin with, such as `workflows/my.yaml`. */
  readonly file: string;
  /** Asked about the models that a faulty text names, so that all of its faults are told at once. */
  readonly models?: ModelRefusal;
}

/**
 * Reads a workflow from YAML or JSON text.
 * @throws MaskloomError WORKFLOW_INVALID whose message has one line for each fault: `file:line:column path: what`
 */
export function parseWorkflow(text: string, options: ReadOptions): ParsedWorkflow {
  const checked = checkWorkflow(text, options);
  if (checked.ok) return checked.workflow;
  throw new MaskloomError("WORKFLOW_INVALID", formatFaults(options.file, checked.faults));
}

/** The same without throwing, for editors and `workflows validate`. */
export function checkWorkflow(text: string, { file, models }: ReadOptions): CheckedWorkflow {
  const { value, faults, readable } = readDocument(text);
  if (readable) checkDocument(value, faults);
  if (readable && faults.count > 0 && models !== undefined)
    for (const { path, message } of findUnknownModels(value, models)) faults.add(path, message);
  if (faults.count > 0) return { ok: false, faults: faults.sorted() };
  const document = parseAs(Workflow, value, file, "WORKFLOW_INVALID");
  const authored = isJsonObject(value) ? value : {};
  const faultAt = (path: FieldPath, message: string): Fault => faults.faultOf(path, message);
  return { ok: true, workflow: { file, document, authored, digest: workflowDigest(authored), faultAt } };
}

function checkDocument(value: JsonValue, faults: FaultList): void {
  if (!isJsonObject(value)) {
    faults.add([], "expected a workflow: a mapping with maskloom, name, inputs, steps and output.");
    return;
  }
  const version = value["maskloom"];
  if (typeof version === "number" && version !== LANGUAGE_VERSION) {
    faults.add(
      ["maskloom"],
      `expected ${LANGUAGE_VERSION}, the version of the language that is read here, received ${version}.`,
    );
    return;
  }
  // What is said of an expression is more exact than that its text is not what the field takes.
  checkReferences(value, faults);
  checkSchema(value, faults);
  checkConsistency(value, faults);
}
