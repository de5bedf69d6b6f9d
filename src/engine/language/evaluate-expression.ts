import { MaskloomError } from "../../errors.ts";
import type { BinaryOperator, ExpressionNode, PathPart } from "./expression.ts";
import { formatPath } from "./expression.ts";
import { FUNCTIONS } from "./functions.ts";
import { describeValue, isNothing, type Scope, sameValue, type Value } from "./value.ts";

/** Told of every path that turned out absent, in the order they were looked up. */
export type OnAbsent = (path: readonly PathPart[]) => void;

type Node<K extends ExpressionNode["kind"]> = Extract<ExpressionNode, { kind: K }>;

/**
 * The value of an expression. `undefined` = absent (see `Value`). Arithmetic on null gives null, on what is absent
 * gives absent; an ordering comparison with either is false; `==` and `!=` see both as the same nothing; `and`, `or`,
 * `not` and the condition of a choice count both as false.
 * @throws MaskloomError INPUT_INVALID where values do not fit an operator, with the place in the expression.
 */
export function evaluateExpression(node: ExpressionNode, scope: Scope, onAbsent?: OnAbsent): Value {
  const evaluate = (inner: ExpressionNode): Value => evaluateExpression(inner, scope, onAbsent);
  switch (node.kind) {
    case "literal":
      return node.value;
    case "path":
      return lookUp(node.path, scope, onAbsent);
    case "unary":
      if (node.operator === "not") return !truth(node.operand, evaluate(node.operand));
      return negate(node, evaluate(node.operand));
    case "choice":
      return evaluate(truth(node.condition, evaluate(node.condition)) ? node.then : node.otherwise);
    case "call":
      return call(node, node.parameters.map(evaluate));
    case "binary":
      return evaluateBinary(node, evaluate);
  }
}

function evaluateBinary(node: Node<"binary">, evaluate: (inner: ExpressionNode) => Value): Value {
  const left = evaluate(node.left);
  if (node.operator === "??") return isNothing(left) ? evaluate(node.right) : left;
  if (node.operator === "and") return truth(node.left, left) && truth(node.right, evaluate(node.right));
  if (node.operator === "or") return truth(node.left, left) || truth(node.right, evaluate(node.right));
  const right = evaluate(node.right);
  if (node.operator === "==") return sameValue(left, right);
  if (node.operator === "!=") return !sameValue(left, right);
  const ordering = ORDERINGS[node.operator];
  if (ordering) return !isNothing(left) && !isNothing(right) && ordering(order(node, left, right));
  if (left === undefined || right === undefined) return undefined;
  if (left === null || right === null) return null;
  return arithmetic(node, left, right);
}

const ORDERINGS: Partial<Record<BinaryOperator, (order: number) => boolean>> = {
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

function order(node: Node<"binary">, left: Value, right: Value): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (typeof left === "string" && typeof right === "string") return left < right ? -1 : left > right ? 1 : 0;
  throw unfit(node, "two numbers or two texts", left, right);
}

function arithmetic(node: Node<"binary">, left: Value, right: Value): number | string {
  if (node.operator === "+" && (typeof left === "string" || typeof right === "string")) {
    if (isPrintable(left) && isPrintable(right)) return `${left}${right}`;
    throw unfit(node, "texts or numbers", left, right);
  }
  if (typeof left !== "number" || typeof right !== "number") throw unfit(node, "two numbers", left, right);
  return finite(node, compute(node.operator, left, right));
}

function compute(operator: BinaryOperator, left: number, right: number): number {
  if (operator === "+") return left + right;
  if (operator === "-") return left - right;
  return operator === "*" ? left * right : left / right;
}

function negate(node: Node<"unary">, value: Value): Value {
  if (isNothing(value)) return value;
  if (typeof value === "number") return 0 - value;
  throw invalid(node, `"-" expected a number, received ${describeValue(value)}`);
}

function call(node: Node<"call">, values: readonly Value[]): Value {
  try {
    const value = FUNCTIONS[node.name].apply(values);
    return typeof value === "number" ? finite(node, value) : value;
  } catch (error) {
    if (error instanceof TypeError) throw invalid(node, `${node.name}: ${error.message}`);
    throw error;
  }
}

function truth(node: ExpressionNode, value: Value): boolean {
  if (isNothing(value)) return false;
  if (typeof value === "boolean") return value;
  throw invalid(node, `expected true or false, received ${describeValue(value)}`);
}

/** Walks own properties only: `constructor` and `__proto__` are as absent as any other unknown name. */
function lookUp(path: readonly PathPart[], scope: Scope, onAbsent: OnAbsent | undefined): Value {
  let value: unknown = scope;
  for (const part of path) {
    value = childOf(value, part);
    if (value === undefined) {
      onAbsent?.(path);
      return undefined;
    }
  }
  return value as Value;
}

function childOf(value: unknown, part: PathPart): unknown {
  if (Array.isArray(value)) return typeof part === "number" ? value[part - 1] : undefined;
  return isRecord(value) && Object.hasOwn(value, part) ? value[part] : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function isPrintable(value: Value): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function finite(node: ExpressionNode, value: number): number {
  if (Number.isFinite(value)) return value;
  throw invalid(node, "the result is not a finite number (division by zero?)");
}

function unfit(node: Node<"binary">, expected: string, left: Value, right: Value): MaskloomError {
  const received = `${describeValue(left)} and ${describeValue(right)}`;
  return invalid(node, `"${node.operator}" expected ${expected}, received ${received}`);
}

function invalid(node: ExpressionNode, fault: string): MaskloomError {
  const where = node.kind === "path" ? formatPath(node.path) : `character ${node.at + 1}`;
  return new MaskloomError("INPUT_INVALID", `${where}: ${fault}`);
}
