import type { JsonValue } from "../../contracts/json.ts";
import { choiceNode, type ExpressionNode, type PathPart } from "./expression.ts";
import type { FieldText } from "./field-texts.ts";
import { formatExpression } from "./format-expression.ts";
import { readText } from "./references.ts";
import { type TemplatePart, wholeExpression } from "./template.ts";

/* References of a workflow's texts replaced by other expressions: how one workflow becomes steps of another. */

/** An expression, or a text with expressions in it, that stands for what was referred to. */
export type Replacement = ExpressionNode | readonly TemplatePart[];

/** Null: the reference stays as it is. */
export type Substitute = (path: readonly PathPart[]) => Replacement | null;

/**
 * A text with its references replaced. A text that is one `${…}` and becomes a plain number, boolean or text is that
 * value, so that the field's own range is checked again. A text in which nothing is replaced stays as it was written.
 */
export function rewriteText(field: FieldText, substitute: Substitute): JsonValue {
  const read = readText(field);
  if (!read.ok || !read.references.some(({ path }) => substitute(path) !== null)) return field.text;
  const alone = read.parts.length === 1;
  const parts = read.parts.flatMap((part) => rewritePart(part, substitute, alone));
  const whole = wholeExpression(parts);
  if (field.bare) return whole === null ? field.text : formatExpression(whole);
  if (whole?.kind === "literal" && whole.value !== null)
    return typeof whole.value === "string" ? escapeText(whole.value) : whole.value;
  return formatTemplate(parts);
}

/** @param alone whether the part is the whole text, so that it has a type of its own */
function rewritePart(part: TemplatePart, substitute: Substitute, alone: boolean): readonly TemplatePart[] {
  if (part.kind === "text") return [part];
  const { node } = part;
  const own = node.kind === "path" ? substitute(node.path) : null;
  if (own !== null && !isNode(own)) return own;
  if (!alone && own?.kind === "literal") return [{ kind: "text", text: String(own.value ?? "") }];
  return [expressionPart(own ?? substituteIn(node, substitute))];
}

/** The tree with every path replaced for which there is something else. */
function substituteIn(node: ExpressionNode, substitute: Substitute): ExpressionNode {
  const inner = (child: ExpressionNode): ExpressionNode => substituteIn(child, substitute);
  switch (node.kind) {
    case "literal":
      return node;
    case "path": {
      const replaced = substitute(node.path);
      if (replaced === null) return node;
      return isNode(replaced) ? replaced : joinParts(replaced);
    }
    case "unary":
      return { ...node, operand: inner(node.operand) };
    case "binary":
      return { ...node, left: inner(node.left), right: inner(node.right) };
    case "choice":
      return choiceNode(inner(node.condition), inner(node.then), inner(node.otherwise));
    case "call":
      return { ...node, parameters: node.parameters.map(inner) };
  }
}

export const literalNode = (value: null | boolean | number | string): ExpressionNode => ({
  kind: "literal",
  at: 0,
  value,
});

export const pathNode = (...path: readonly PathPart[]): ExpressionNode => ({ kind: "path", at: 0, path });

function expressionPart(node: ExpressionNode): TemplatePart {
  return { kind: "expression", node, from: 0, to: 0 };
}

function formatTemplate(parts: readonly TemplatePart[]): string {
  return parts
    .map((part, at) => {
      if (part.kind === "expression") return `\${${formatExpression(part.node)}}`;
      const text = escapeText(part.text);
      /* A dollar sign right before an expression would make an escape of it. */
      return text.endsWith("$") && parts[at + 1]?.kind === "expression"
        ? `${text.slice(0, -1)}\${'$'}`
        : text;
    })
    .join("");
}

/** `${` in a plain text is written `$${`. */
function escapeText(text: string): string {
  return text.replaceAll("${", () => "$${");
}

/** Texts and expressions as one expression: joined by `+`, null as nothing. */
function joinParts(parts: readonly TemplatePart[]): ExpressionNode {
  return parts.reduce<ExpressionNode>((left, part) => {
    const right: ExpressionNode =
      part.kind === "text"
        ? literalNode(part.text)
        : { kind: "binary", at: 0, operator: "??", left: part.node, right: literalNode("") };
    return { kind: "binary", at: 0, operator: "+", left, right };
  }, literalNode(""));
}

function isNode(replacement: Replacement): replacement is ExpressionNode {
  return !Array.isArray(replacement);
}
