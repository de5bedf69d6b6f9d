import { isJsonObject, type JsonObject, type JsonValue, ownValue } from "../../contracts/json.ts";
import { both, toNode } from "./expand-repeat.ts";
import { choiceNode, type ExpressionNode, type PathPart } from "./expression.ts";
import { mapStepTexts, mapTexts } from "./field-texts.ts";
import { literalNode, pathNode, type Replacement, rewriteText, type Substitute } from "./rewrite-text.ts";
import { parseTemplate, wholeExpression } from "./template.ts";

/* A workflow within a workflow: its steps under longer names, its inputs replaced by what the step gives. */

/** What the used workflow has, once everything within it is expanded. */
export interface UsedParts {
  readonly inputs: JsonObject;
  readonly steps: readonly JsonObject[];
  readonly output: JsonValue | undefined;
  readonly outputs: JsonObject;
}

/** What references to the step come to; the texts of its outputs are written in the outer workflow's names. */
export interface UsedStep {
  readonly steps: readonly JsonObject[];
  readonly ids: readonly string[];
  readonly output: Replacement | null;
  readonly outputs: Readonly<Record<string, Replacement>>;
}

/** Says what is wrong with a field of the step that uses the workflow. */
export type ReportUse = (field: readonly string[], message: string) => void;

/** How the steps run, where they do not say so themselves. */
const RUNNING_FIELDS = ["retries", "timeout", "onError", "cache"] as const;

/** @param above the steps that stand above it, expanded, in which the origin of a picture is looked up */
export function instantiate(
  step: JsonObject,
  used: UsedParts,
  above: readonly JsonObject[],
  report: ReportUse,
): UsedStep {
  const id = String(step["id"]);
  const given = givenInputs(step, used);
  const substitute: Substitute = (path) => {
    const [root, name, ...rest] = path;
    if (root === "steps") return pathNode("steps", `${id}_${String(name)}`, ...rest);
    if (root !== "inputs" || typeof name !== "string") return null;
    const value = given.get(name);
    if (value === undefined) return literalNode(null);
    if (rest.length === 0) return value;
    const found = isExpression(value) ? withRest(value, rest, above) : null;
    if (found === null)
      report(
        ["inputs", name],
        `is asked for ${rest.join(".")}, but does not come from a picture of the run, so that nothing is known of it.`,
      );
    return found ?? literalNode(null);
  };
  const steps = used.steps.map((inner) =>
    inherit(
      step,
      id,
      mapStepTexts(inner, (text) => rewriteText(text, substitute)),
    ),
  );
  const outer = (value: JsonValue): Replacement =>
    replacementOf(
      mapTexts(value, [], (text) => rewriteText(text, substitute)),
      null,
    );
  const output = used.output ?? used.outputs["image"];
  return {
    steps,
    ids: steps.map((inner) => String(inner["id"])),
    output: output === undefined ? null : outer(output),
    outputs: Object.fromEntries(Object.entries(used.outputs).map(([name, value]) => [name, outer(value)])),
  };
}

/** Name, condition and what else of the outer step holds for each of the inner ones. */
function inherit(outer: JsonObject, id: string, inner: JsonObject): JsonObject {
  const needs = [
    ...listOf(inner["needs"]).map((name) => `${id}_${String(name)}`),
    ...listOf(outer["needs"]).map(String),
  ];
  const running = RUNNING_FIELDS.flatMap((name) => {
    const value = inner[name] ?? outer[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const condition = outer["if"];
  return {
    ...inner,
    ...Object.fromEntries(running),
    id: `${id}_${String(inner["id"])}`,
    ...(needs.length === 0 ? {} : { needs }),
    ...(condition === undefined ? {} : { if: both(inner["if"], toNode(condition)) }),
  };
}

/** What each input of the used workflow stands for. */
function givenInputs(
  step: JsonObject,
  { inputs }: Pick<UsedParts, "inputs">,
): ReadonlyMap<string, Replacement> {
  const given = isJsonObject(step["inputs"]) ? step["inputs"] : {};
  const all = Object.entries(inputs).map(([name, input]) => {
    const preset = isJsonObject(input) ? (input["default"] ?? null) : null;
    return [name, replacementOf(ownValue(given, name), preset)] as const;
  });
  return new Map(all);
}

/** Those of the inputs that are the same for every picture: values that are written down, and defaults. */
export function fixedInputs(
  step: JsonObject,
  used: Pick<UsedParts, "inputs">,
): ReadonlyMap<string, ExpressionNode> {
  const fixed = [...givenInputs(step, used)].flatMap(([name, value]) =>
    isExpression(value) && value.kind === "literal" && value.value !== null ? [[name, value] as const] : [],
  );
  return new Map(fixed);
}

/** A default is taken as it stands; what is given may hold expressions. */
function replacementOf(given: JsonValue | undefined, preset: JsonValue): Replacement {
  if (typeof given !== "string") return literalOf(given ?? preset);
  const parsed = parseTemplate(given);
  if (!parsed.ok) return literalNode(given);
  const texts = parsed.parts.every((part) => part.kind === "text");
  if (texts) return literalNode(parsed.parts.map((part) => (part.kind === "text" ? part.text : "")).join(""));
  return wholeExpression(parsed.parts) ?? parsed.parts;
}

function literalOf(value: JsonValue): ExpressionNode {
  return literalNode(typeof value === "object" ? null : value);
}

/** `inputs.image.meta.prompt` where `image` stands for another expression; null where that has no such thing. */
function withRest(
  node: ExpressionNode,
  rest: readonly PathPart[],
  above: readonly JsonObject[],
): ExpressionNode | null {
  if (node.kind === "choice" || (node.kind === "binary" && node.operator === "??")) {
    const [one, other] = node.kind === "choice" ? [node.then, node.otherwise] : [node.left, node.right];
    const first = withRest(one, rest, above);
    const second = withRest(other, rest, above);
    if (first === null || second === null) return null;
    return node.kind === "choice"
      ? choiceNode(node.condition, first, second)
      : { ...node, left: first, right: second };
  }
  if (node.kind !== "path") return null;
  if (node.path[0] === "inputs") return pathNode(...node.path, ...rest);
  const origin = originOf(node, above);
  return origin === null ? null : withRest(origin, rest, above);
}

/** Fields that hold the picture a step works on. */
const PICTURE_FIELDS = ["inputImage", "seedImage", "base", "image"] as const;

/** The picture that a step's own image was made of: what the file carried holds for it too. */
function originOf(
  { path }: Extract<ExpressionNode, { kind: "path" }>,
  above: readonly JsonObject[],
): ExpressionNode | null {
  const [root, id, field] = path;
  const step = above.find((candidate) => candidate["id"] === id);
  if (root !== "steps" || field !== "image" || step === undefined) return null;
  const name = PICTURE_FIELDS.find((candidate) => typeof step[candidate] === "string");
  return name === undefined ? null : toNode(step[name] ?? null);
}

function isExpression(replacement: Replacement): replacement is ExpressionNode {
  return !Array.isArray(replacement);
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}
