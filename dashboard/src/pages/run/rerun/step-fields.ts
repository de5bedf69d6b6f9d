import type { RunWorkflow } from "../../../../../src/contracts/api.ts";
import { fieldsNamed, type SchemaNode, schemasAt } from "../../../components/workflow-editor/schema-place.ts";
import type { FormField } from "../../../components/workflow-form/form-fields.ts";
import { isRecord, isScalar, type RerunField, stepNamed } from "./rerun-fields.ts";

/** A step's fields: those that it says with one value each, and all others that its task has. */
export interface StepFields {
  readonly written: readonly RerunField[];
  readonly others: readonly RerunField[];
}

type Control = Pick<FormField, "kind" | "min" | "max" | "choices" | "longest" | "pattern">;

/**
 * The parameters of a step that are one value: numbers, texts, switches, choices, also one level deep (`select.take`). What
 * governs the engine (its id, retries) and where its pictures come from is another workflow.
 * @param schema of the language: /schema/workflow.json
 */
export function stepFields(
  { document }: Pick<RunWorkflow, "document">,
  schema: SchemaNode,
  id: string,
): StepFields {
  const step = stepNamed(document, id);
  if (step === undefined) return { written: [], others: [] };
  const task = taskSchemas(schema).find(({ properties }) => properties?.["task"]?.const === step["task"]);
  const names = Object.keys(task?.properties ?? {});
  const fields = names.flatMap((name) => {
    if (isOfEngine(schema, name)) return [];
    const nodes = fieldsNamed(schema, task === undefined ? [] : [task], name);
    const [nested, ...more] = nodes.filter(({ title }) => title === undefined);
    if (nested?.properties === undefined || more.length > 0)
      return fieldOf([name], nodes, step[name], isNeeded(task, name));
    if (step[name] !== undefined && !isRecord(step[name])) return [];
    const inner = isRecord(step[name]) ? step[name] : {};
    return Object.keys(nested.properties).flatMap((one) =>
      fieldOf([name, one], fieldsNamed(schema, [nested], one), inner[one], isNeeded(nested, one)),
    );
  });
  return {
    written: fields.filter(({ start }) => start !== null),
    others: fields.filter(({ start }) => start === null),
  };
}

function taskSchemas(schema: SchemaNode): readonly SchemaNode[] {
  const inSteps = [
    { key: "steps", siblings: new Map() },
    { key: null, siblings: new Map() },
  ];
  return schemasAt(schema, inSteps, new Map());
}

/** What every kind of step has, whatever it does. */
function isOfEngine(schema: SchemaNode, name: string): boolean {
  return taskSchemas(schema).every(({ properties = {} }) => Object.hasOwn(properties, name));
}

function isNeeded(node: SchemaNode | undefined, name: string): boolean {
  return node?.required?.includes(name) === true;
}

/** None where it is no single value, or only ever points at something. */
function fieldOf(
  path: readonly string[],
  nodes: readonly SchemaNode[],
  said: unknown,
  isRequired: boolean,
): readonly RerunField[] {
  const isLiteral = isScalar(said) && !(typeof said === "string" && said.includes("${"));
  const control = controlOf(nodes) ?? (isLiteral ? controlLike(said) : null);
  if (control === null) return [];
  const help = nodes.find(({ description }) => description !== undefined)?.description;
  const isKept = said !== undefined && said !== null && !isLiteral;
  return [
    {
      ...control,
      of: "step",
      name: path.join("."),
      path,
      help,
      start: isLiteral ? said : null,
      preset: isRequired && isLiteral ? undefined : null,
      whenEmpty: isKept ? `as before: ${wordOf(said)}` : isRequired ? undefined : "not given",
    },
  ];
}

/** Of what a field may be besides an expression. */
function controlOf(nodes: readonly SchemaNode[]): Control | null {
  const values = nodes.filter(({ title, type }) => title === undefined && type !== "array");
  const choices = values.flatMap((node) => node.enum ?? (node.const === undefined ? [] : [node.const]));
  const options = choices.filter((choice) => typeof choice === "string" || typeof choice === "number");
  if (options.length > 0) return { kind: "choice", min: undefined, max: undefined, choices: options };
  const [only, ...more] = values;
  const kind = only === undefined || more.length > 0 ? undefined : KINDS.get(String(only.type));
  if (only === undefined || kind === undefined) return null;
  return {
    kind,
    min: only.minimum,
    max: only.maximum === Number.MAX_SAFE_INTEGER ? undefined : only.maximum,
    choices: [],
    ...(only.maxLength === undefined ? {} : { longest: only.maxLength }),
    ...(only.pattern === undefined ? {} : { pattern: only.pattern }),
  };
}

const KINDS: ReadonlyMap<string, FormField["kind"]> = new Map([
  ["string", "text"],
  ["number", "number"],
  ["integer", "integer"],
  ["boolean", "boolean"],
]);

/** Where the schema allows several kinds of value, the kind that is there. */
function controlLike(said: string | number | boolean): Control {
  const kind = KINDS.get(typeof said) ?? "text";
  return { kind, min: undefined, max: undefined, choices: [] };
}

function wordOf(said: unknown): string {
  if (Array.isArray(said) && said.every(isScalar)) return said.join(", ");
  return typeof said === "string" ? said : JSON.stringify(said);
}
