import { isJsonObject, type JsonObject, type JsonValue } from "../../contracts/json.ts";
import type { Workflow } from "../../contracts/workflow.ts";
import { childrenOf, type ExpressionNode, type PathPart } from "./expression.ts";
import { type FieldText, stepTexts } from "./field-texts.ts";
import { parseExpression } from "./parse-expression.ts";
import { parseTemplate, type TemplatePart } from "./template.ts";

/** One name with its dotted path, as an expression refers to it. */
interface ReferenceUse {
  readonly path: readonly PathPart[];
  /** Index into the field's text of the `${` it stands in; of the path itself in a bare expression. */
  readonly at: number;
}

export type ReadText =
  | {
      readonly ok: true;
      readonly parts: readonly TemplatePart[];
      readonly references: readonly ReferenceUse[];
    }
  | { readonly ok: false; readonly fault: string; readonly at: number };

/** What a text of a workflow refers to. Never throws. */
export function readText({ text, bare }: FieldText): ReadText {
  if (!bare) {
    const parsed = parseTemplate(text);
    return parsed.ok ? { ...parsed, references: parsed.parts.flatMap(referencesOfPart) } : parsed;
  }
  const parsed = parseExpression(text);
  if (!parsed.ok) return parsed;
  const references = pathsOf(parsed.node).map(({ path, at }) => ({ path, at }));
  return {
    ok: true,
    parts: [{ kind: "expression", node: parsed.node, from: 0, to: parsed.end }],
    references,
  };
}

function referencesOfPart(part: TemplatePart): readonly ReferenceUse[] {
  if (part.kind === "text") return [];
  return pathsOf(part.node).map(({ path }) => ({ path, at: part.from }));
}

function pathsOf(node: ExpressionNode): readonly Extract<ExpressionNode, { kind: "path" }>[] {
  return node.kind === "path" ? [node] : childrenOf(node).flatMap(pathsOf);
}

/** Ids of the steps that a step names, in `needs` or in any expression; each once, in the order of first mention. */
export function namedSteps(step: JsonObject): readonly string[] {
  const named = new Set<string>();
  for (const field of stepTexts(step, [])) {
    const read = readText(field);
    for (const { path } of read.ok ? read.references : []) {
      const [root, id] = path;
      if (root === "steps" && typeof id === "string") named.add(id);
    }
  }
  for (const id of listOf(step["needs"])) if (typeof id === "string") named.add(id);
  return [...named];
}

/** Whether a text speaks of the element that `as` names, and so may differ from element to element. */
export function namesElement(text: unknown, as: string | undefined): boolean {
  if (as === undefined || typeof text !== "string") return false;
  const read = readText({ path: [], text, bare: false });
  return read.ok && read.references.some(({ path }) => path[0] === as);
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

/**
 * For each step the steps that must be done before it may start, inferred from its references and from `needs`,
 * in the order of the document. A parsed workflow has no cycle: references only point upwards.
 */
export function stepNeeds(workflow: Workflow): ReadonlyMap<string, readonly string[]> {
  const ids = workflow.steps.map((step) => step.id);
  return new Map(
    workflow.steps.map((step, at) => {
      const named = new Set([...namedSteps(asData(step)), ...stepsToldOf(workflow, at)]);
      return [step.id, ids.filter((id) => named.has(id))];
    }),
  );
}

/** A webhook that does not say what it tells tells of the outputs: it waits for those of their steps that stand above it. */
function stepsToldOf({ steps, output, outputs }: Workflow, at: number): readonly string[] {
  const step = steps[at];
  if (step?.task !== "webhook" || (step.body ?? null) !== null) return [];
  const named = namedSteps({ ...(output === undefined ? {} : { output }), ...outputs });
  return steps.slice(0, at).flatMap(({ id }) => (named.includes(id) ? [id] : []));
}

/** A parsed step is the data it was read from; the schemas change nothing in it. */
function asData(step: Workflow["steps"][number]): JsonObject {
  const data: unknown = step;
  return isJsonObject(data) ? data : {};
}
