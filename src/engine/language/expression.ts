/* The tree of an expression. `at` counts characters from the start of the text that was parsed. */

export type BinaryOperator =
  | "+"
  | "-"
  | "*"
  | "/"
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "and"
  | "or"
  | "??";

export type ExpressionNode =
  | { readonly kind: "literal"; readonly at: number; readonly value: null | boolean | number | string }
  | { readonly kind: "path"; readonly at: number; readonly path: readonly PathPart[] }
  | {
      readonly kind: "unary";
      readonly at: number;
      readonly operator: "-" | "not";
      readonly operand: ExpressionNode;
    }
  | {
      readonly kind: "binary";
      readonly at: number;
      readonly operator: BinaryOperator;
      readonly left: ExpressionNode;
      readonly right: ExpressionNode;
    }
  | {
      readonly kind: "choice";
      readonly at: number;
      readonly condition: ExpressionNode;
      readonly then: ExpressionNode;
      readonly otherwise: ExpressionNode;
    }
  | {
      readonly kind: "call";
      readonly at: number;
      readonly name: FunctionName;
      readonly parameters: readonly ExpressionNode[];
    };

/** A name, or an index that counts from 1. The first part is always a name. */
export type PathPart = string | number;

export const FUNCTION_NAMES = ["min", "max", "clamp", "round", "len", "lower", "contains"] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];

/** Words that no name may be. */
export const KEYWORDS: ReadonlySet<string> = new Set(["and", "or", "not", "true", "false", "null"]);

/** Longest expression in characters, and how deep parentheses, calls and choices may nest. */
export const MAX_EXPRESSION_LENGTH = 4000;
export const MAX_EXPRESSION_DEPTH = 50;

/** The direct children of a node, in reading order. */
export function childrenOf(node: ExpressionNode): readonly ExpressionNode[] {
  switch (node.kind) {
    case "literal":
    case "path":
      return [];
    case "unary":
      return [node.operand];
    case "binary":
      return [node.left, node.right];
    case "choice":
      return [node.condition, node.then, node.otherwise];
    case "call":
      return node.parameters;
  }
}

/** One of two, by a condition. */
export function choiceNode(
  condition: ExpressionNode,
  then: ExpressionNode,
  otherwise: ExpressionNode,
): ExpressionNode {
  return { kind: "choice", at: condition.at, condition, then, otherwise };
}

/** `steps.faces.detections[1].box` as it would be written. */
export function formatPath(path: readonly PathPart[]): string {
  return path
    .map((part, place) => (typeof part === "number" ? `[${part}]` : place === 0 ? part : `.${part}`))
    .join("");
}
