import { type ExpressionNode, formatPath } from "./expression.ts";

/** An expression as text that parses to the same tree. */
export function formatExpression(node: ExpressionNode): string {
  switch (node.kind) {
    case "literal":
      return formatLiteral(node.value);
    case "path":
      return formatPath(node.path);
    case "unary":
      return node.operator === "not" ? `not ${operand(node.operand)}` : `-${operand(node.operand)}`;
    case "binary":
      return `${operand(node.left)} ${node.operator} ${operand(node.right)}`;
    case "choice":
      return `${operand(node.condition)} ? ${operand(node.then)} : ${operand(node.otherwise)}`;
    case "call":
      return `${node.name}(${node.parameters.map(formatExpression).join(", ")})`;
  }
}

/** In parentheses wherever they could matter. */
function operand(node: ExpressionNode): string {
  const text = formatExpression(node);
  const stands = node.kind === "path" || node.kind === "call" || (node.kind === "literal" && text[0] !== "-");
  return stands ? text : `(${text})`;
}

const ESCAPED: Readonly<Record<string, string>> = { "\n": "\\n", "\t": "\\t", "\\": "\\\\", "'": "\\'" };

function formatLiteral(value: Extract<ExpressionNode, { kind: "literal" }>["value"]): string {
  if (typeof value !== "string") return String(value);
  return `'${value.replace(/[\n\t\\']/g, (character) => ESCAPED[character] ?? character)}'`;
}
