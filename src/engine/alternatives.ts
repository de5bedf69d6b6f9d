import { isJsonObject } from "../contracts/json.ts";
import type { Workflow } from "../contracts/workflow.ts";
import { childrenOf, type ExpressionNode } from "./language/expression.ts";
import { parseTemplate, wholeExpression } from "./language/template.ts";

/** What a `model` or `provider` field may turn out to name. */
export interface Alternatives {
  /** Names that are written down in it: each must be here. */
  readonly named: readonly string[];
  /** Defaults and choices of inputs: perhaps never asked for. */
  readonly possible: readonly string[];
  /** Whether a picture may also ask for anything else. */
  readonly open: boolean;
}

/** Of a text with expressions in it. Calls and arithmetic, and what files carry, may yield any name. */
export function alternativesIn(text: string, inputs: Workflow["inputs"]): Alternatives {
  const parsed = parseTemplate(text);
  const whole = parsed.ok ? wholeExpression(parsed.parts) : null;
  if (whole === null) return ANYTHING;
  const all = leaves(whole).map((leaf) => alternativesOf(leaf, inputs));
  return {
    named: [...new Set(all.flatMap(({ named }) => named))],
    possible: [...new Set(all.flatMap(({ possible }) => possible))],
    open: all.some(({ open }) => open),
  };
}

const ANYTHING: Alternatives = { named: [], possible: [], open: true };

/** The nodes one of which is the value of the expression. */
function leaves(node: ExpressionNode): readonly ExpressionNode[] {
  if (node.kind === "choice") return [node.then, node.otherwise].flatMap(leaves);
  if (node.kind === "binary" && node.operator === "??") return childrenOf(node).flatMap(leaves);
  return [node];
}

function alternativesOf(node: ExpressionNode, inputs: Workflow["inputs"]): Alternatives {
  if (node.kind === "literal" && typeof node.value === "string")
    return { named: [node.value], possible: [], open: false };
  if (node.kind !== "path" || node.path[0] !== "inputs" || node.path.length !== 2) return ANYTHING;
  const input: unknown = inputs[String(node.path[1])];
  if (!isJsonObject(input)) return ANYTHING;
  const { type, choices, default: preset } = input;
  if (type === "choice" && Array.isArray(choices))
    return { named: [], possible: choices.map(String), open: false };
  return { named: [], possible: typeof preset === "string" ? [preset] : [], open: true };
}
