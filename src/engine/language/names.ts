import { isJsonObject, type JsonObject, type JsonValue, ownValue } from "../../contracts/json.ts";
import { TaskType } from "../../contracts/tasks.ts";
import { firstNames } from "../../first-names.ts";
import { suggestion } from "../../nearest-name.ts";
import { type ExpressionNode, formatPath, type PathPart } from "./expression.ts";
import { readText } from "./references.ts";
import { wholeExpression } from "./template.ts";
import { ANY, inputYield, type Kind, recordOf, stepYield, type Yield } from "./yields.ts";

/** The names an expression can see at some place of a document, and what is known of their values. */
export type Names = Readonly<Record<string, Yield>>;

export function inputNames(document: JsonObject): Names {
  const inputs = document["inputs"];
  if (!isJsonObject(inputs)) return {};
  const typeOf = (input: JsonValue): string => (isJsonObject(input) ? String(input["type"]) : "");
  return Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, inputYield(typeOf(input))]));
}

function yieldOf(step: JsonObject): Yield {
  const task = TaskType.safeParse(step["task"]);
  const combine = step["combine"];
  const perDetection = typeof combine === "string" && combine !== "union";
  return task.success ? stepYield(task.data, perDetection) : ANY;
}

/** The fields of which a task makes its picture: masks make a mask of it. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  composite: ["base", "over"],
  resize: ["image"],
};

/**
 * What a step yields, seen with what it is given: laying masks on each other, or scaling one, yields a mask.
 * @param names what its references may name, steps above it among them
 */
export function yieldWith(step: JsonObject, names: Names): Yield {
  const own = yieldOf(step);
  const sources = ownValue(SOURCES, String(step["task"]));
  const isMask = sources?.every((field) => kindOfText(step[field], names) === "mask") ?? false;
  return isMask ? { ...own, fields: { ...own.fields, image: { kind: "mask" } } } : own;
}

/** The one kind that a reference has; null where it may have several, or is no expression. */
function kindOfText(text: JsonValue | undefined, names: Names): Kind | null {
  if (typeof text !== "string") return null;
  const read = readText({ path: [], text, bare: false });
  const whole = read.ok ? wholeExpression(read.parts) : null;
  const kinds = new Set(whole === null ? [] : kindsOf(whole, names).map(({ kind }) => kind));
  const [only] = kinds;
  return kinds.size === 1 && only !== undefined ? only : null;
}

export function yieldAt(path: readonly PathPart[], names: Names): Yield | undefined {
  let current: Yield | undefined = recordOf(names);
  for (const part of path) {
    if (current === undefined || current.kind === "any") return current;
    current = typeof part === "number" ? current.items : ownValue(current.fields, part);
  }
  return current;
}

/** The kinds an expression may yield, each with the words it is written in. */
export function kindsOf(node: ExpressionNode, names: Names): readonly { kind: Kind; words: string }[] {
  if (node.kind === "path")
    return [{ kind: yieldAt(node.path, names)?.kind ?? "any", words: `\${${formatPath(node.path)}}` }];
  if (node.kind === "choice") return [...kindsOf(node.then, names), ...kindsOf(node.otherwise, names)];
  if (node.kind === "binary" && node.operator === "??")
    return [...kindsOf(node.left, names), ...kindsOf(node.right, names)];
  if (node.kind !== "literal") return [{ kind: computedKind(node), words: "a computed value" }];
  if (node.value === null) return [{ kind: "any", words: "null" }];
  return [{ kind: LITERAL_KINDS[typeof node.value] ?? "any", words: JSON.stringify(node.value) }];
}

const LITERAL_KINDS: Readonly<Record<string, Kind>> = {
  string: "text",
  number: "number",
  boolean: "boolean",
};

/** What an operator or a function makes; `+` joins texts too, and `max` of nothing is nothing. */
function computedKind(node: Exclude<ExpressionNode, { kind: "literal" | "path" }>): Kind {
  if (node.kind === "unary") return node.operator === "not" ? "boolean" : "number";
  if (node.kind === "call")
    return node.name === "contains" ? "boolean" : node.name === "lower" ? "text" : "number";
  if (node.kind === "choice") return "any";
  return CONNECTIVES.has(node.operator) ? "boolean" : node.operator === "+" ? "any" : "number";
}

const CONNECTIVES: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">=", "and", "or"]);

export function lacks({ kind, fields, items }: Yield, part: PathPart): string {
  if (typeof part === "number") return `is ${article(kind)}, which has no places to count.`;
  if (fields !== undefined) {
    const perDetection = part === "maskImage" && "roll" in fields;
    const hint = perDetection
      ? " Its step needs combine: perDetection."
      : suggestion(part, Object.keys(fields));
    return `has no field "${part}". ${known("Fields", fields)}${hint}`;
  }
  if (items !== undefined) return `is a list: expected a place in it, such as [1], received "${part}".`;
  return `is ${article(kind)}, which has no fields.`;
}

const LONGEST_LIST = 14;

export function known(what: string, names: Readonly<Record<string, unknown>>): string {
  const all = Object.keys(names);
  if (all.length === 0) return `There are no ${what.toLowerCase()} here.`;
  return `${what} here: ${firstNames(all, LONGEST_LIST)}.`;
}

export function article(kind: Kind): string {
  return kind === "image" ? "an image" : kind === "any" ? "anything" : `a ${kind}`;
}
