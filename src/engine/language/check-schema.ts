import type { z } from "zod";
import { isJsonObject, type JsonValue, ownValue } from "../../contracts/json.ts";
import { Workflow } from "../../contracts/workflow.ts";
import { nearestName, suggestion } from "../../nearest-name.ts";
import { alternatives, describeSchema, type JsonSchema, listedTexts } from "./describe-schema.ts";
import type { FaultList, FieldPath } from "./faults.ts";
import { schemaAt, valueAt, workflowSchema } from "./find-schema.ts";
import { describeValue } from "./value.ts";

/* Zod decides what is wrong; the JSON Schema that zod makes of the same schemas says what was expected there. */

/** Every field that is unknown, missing or out of range, each as one fault. */
export function checkSchema(document: JsonValue, faults: FaultList): void {
  const result = Workflow.safeParse(document);
  for (const issue of result.error?.issues ?? []) reportIssue(issue, [], document, faults);
}

type Issue = z.core.$ZodIssue;

function reportIssue(issue: Issue, parent: FieldPath, document: JsonValue, faults: FaultList): void {
  const path = [...parent, ...fieldPath(issue.path)];
  if (issue.code === "unrecognized_keys") {
    for (const key of issue.keys) faults.addToKey([...path, key], unknownField(path, key, document));
    return;
  }
  if (issue.code === "invalid_key") {
    const names = schemaAt(path.slice(0, -1), document)?.propertyNames ?? {};
    faults.addToKey(path, `expected ${describeSchema(names)}, received ${describeValue(path.at(-1))}.`);
    return;
  }
  const inner = issue.code === "invalid_union" ? nearestAlternative(issue.errors) : [];
  if (inner.length === 0 && !faults.has(path)) faults.add(path, mismatch(path, document));
  for (const deeper of inner) reportIssue(deeper, path, document, faults);
}

/** Of a union, the alternative whose shape was meant: the one that fails somewhere inside the value. */
function nearestAlternative(all: readonly (readonly Issue[])[]): readonly Issue[] {
  return all.find((issues) => issues.length > 0 && issues.every(isInside)) ?? [];
}

function isInside(issue: Issue): boolean {
  if (issue.path.length > 0 || issue.code === "unrecognized_keys") return true;
  return issue.code === "invalid_union" && nearestAlternative(issue.errors).length > 0;
}

function fieldPath(path: readonly PropertyKey[]): FieldPath {
  return path.map((part) => (typeof part === "number" ? part : String(part)));
}

function mismatch(path: FieldPath, document: JsonValue): string {
  const schema = schemaAt(path, document) ?? {};
  const value = valueAt(path, document);
  if (value === undefined) return `missing: expected ${describeSchema(schema)}.`;
  return `expected ${describeSchema(schema)}, received ${describeReceived(value)}.${hint(value, schema)}`;
}

function hint(value: JsonValue, schema: JsonSchema): string {
  if (typeof value !== "string") return "";
  const looksComputed = /\b(inputs|steps|run)\.\w/.test(value) && !value.includes("${");
  return looksComputed ? " Expressions stand between ${ and }." : suggestion(value, listedTexts(schema));
}

function describeReceived(value: JsonValue): string {
  return value === null ? "nothing" : describeValue(value);
}

/** Fields of the API that are written differently here. */
const WRITTEN_HERE: Readonly<Record<string, string>> = {
  taskType: "here it is task",
  taskUUID: "every task gets its own",
  numberResults: "here it is candidates",
  maxDetections: "here it is select: { take: … }",
  uploadEndpoint: "here it is a step of its own, task: upload",
  webhookURL: "here it is a step of its own, task: webhook",
  deliveryMethod: "a workflow always runs in the background",
  outputType: "the run decides it",
  outputFormat: "the run decides it (--format)",
  outputQuality: "the run decides it",
  width: "the picture's own size holds",
  height: "the picture's own size holds",
  when: "here it is if",
};

function unknownField(path: FieldPath, key: string, document: JsonValue): string {
  const fields = Object.keys(schemaAt(path, document)?.properties ?? {});
  const known = fields.filter((name) => !name.startsWith("$"));
  const unknown = `unknown field for ${subject(path, document)}`;
  const elsewhere = ownValue(WRITTEN_HERE, key);
  if (elsewhere !== undefined) return `${unknown}: ${elsewhere}.`;
  const nearest = nearestName(key, known);
  if (nearest !== null) return `${unknown}. Did you mean ${nearest}?`;
  const owners = tasksWith(key);
  if (owners.length > 0 && path[0] === "defaults" && path.length === 1)
    return `${unknown}: each step has its own.`;
  if (owners.length > 0 && path[0] === "steps" && path.length === 2)
    return `${unknown}: it is a field of ${owners.join(", ")}.`;
  return `${unknown}. ${listFields(known)}`;
}

const LONGEST_LIST = 14;

function listFields(known: readonly string[]): string {
  if (known.length === 0) return "It has no fields.";
  if (known.length > LONGEST_LIST) return "docs/workflow-language.md lists its fields.";
  return `Its fields: ${known.join(", ")}.`;
}

function subject(path: FieldPath, document: JsonValue): string {
  const [first] = path;
  if (first === undefined) return "a workflow";
  const value = valueAt(path.slice(0, 2), document);
  if (first === "inputs" && path.length === 2) return `an input of type ${textOf(value, "type")}`;
  if (first !== "steps") return String(path.at(-1));
  const last = path.at(-1);
  if (path.length === 2) return textOf(value, "task");
  if (path.at(-2) === "byProvider") return `${textOf(value, "task")} by provider`;
  return path.at(-2) === "rules" ? "a rule" : String(typeof last === "number" ? path.at(-2) : last);
}

function textOf(value: JsonValue | undefined, field: string): string {
  return isJsonObject(value) ? String(value[field]) : "";
}

function tasksWith(field: string): readonly string[] {
  const steps = workflowSchema().properties?.["steps"]?.items ?? {};
  return alternatives(steps)
    .filter((step) => ownValue(step.properties, field) !== undefined)
    .map((step) => String(step.properties?.["task"]?.const));
}
