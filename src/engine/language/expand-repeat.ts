import { isJsonObject, type JsonObject, type JsonValue } from "../../contracts/json.ts";
import { choiceNode, type ExpressionNode } from "./expression.ts";
import { formatExpression } from "./format-expression.ts";
import { readText } from "./references.ts";
import { literalNode } from "./rewrite-text.ts";
import { evaluateTemplate, parseTemplate, wholeExpression } from "./template.ts";

/** Passes of a step whose number only a run knows. */
const MOST_PASSES = 20;

/**
 * A step with `repeat` as that many steps, each on what the one before it made, with the same mask. The last one keeps
 * the step's id, so that references hold; those before it are called `<id>_pass1` and so on.
 *
 * Where `times` is an expression, as many passes as it may come to are there, and conditions leave out the first ones:
 * the last one always runs, whatever the number, but for none at all. A number that is none of passes fails the step, as
 * it does where it is written. What belongs to the result as a whole (its scale, candidates) is the
 * last pass's alone. A written seed counts up from pass to pass, since the same noise again and again burns in.
 */
export function expandRepeat(
  step: JsonObject,
  inputs: JsonValue | undefined,
  report: (message: string) => void,
): readonly JsonObject[] {
  const { repeat, ...once } = step;
  if (!isJsonObject(repeat)) return [step];
  const strengths: readonly JsonValue[] = Array.isArray(repeat["strength"]) ? repeat["strength"] : [];
  const times = known(repeat["times"] ?? strengths.length);
  if (typeof times === "number" && !(Number.isInteger(times) && times >= 1 && times <= MOST_PASSES)) {
    report(`expected a whole number from 1 to ${MOST_PASSES}, received ${times}.`);
    return [once];
  }
  const asked = typeof times === "string" ? nodeOf(times) : null;
  const bound = boundOf(asked, inputs);
  const count = typeof times === "number" ? times : (bound ?? MOST_PASSES);
  return Array.from({ length: count }, (_, at) => {
    const left = count - 1 - at;
    const own =
      asked === null
        ? fixedPass(once, strengths, at)
        : openPass(once, strengths, { asked, isBound: bound !== null }, left);
    const seeded = withSeed(own, asked === null ? literalNode(at) : passOf(asked, left));
    const chained = at === 0 ? seeded : { ...seeded, seedImage: `\${steps.${passId(step, at - 1)}.image}` };
    return left === 0 ? chained : { ...withoutResultFields(chained), id: passId(step, at) };
  });
}

/** A number that is only written as an expression: nothing in it is left to a run. */
function known(times: JsonValue): JsonValue {
  if (typeof times !== "string") return times;
  const read = readText({ path: [], text: times, bare: false });
  return read.ok && read.references.length === 0 ? (evaluateTemplate(times, {}) ?? times) : times;
}

function passId({ id }: JsonObject, at: number): string {
  return `${String(id)}_pass${at + 1}`;
}

function fixedPass(step: JsonObject, strengths: readonly JsonValue[], at: number): JsonObject {
  const strength = strengths[Math.min(at, strengths.length - 1)];
  return strength === undefined ? step : withStrength(step, strength);
}

/** A pass after which `left` more follow: it runs where more than so many are asked for. */
function openPass(
  step: JsonObject,
  strengths: readonly JsonValue[],
  { asked: times, isBound }: { readonly asked: ExpressionNode; readonly isBound: boolean },
  left: number,
): JsonObject {
  const pass = passOf(times, left);
  const strength = strengths.reduceRight<ExpressionNode | null>((otherwise, value, at) => {
    const then = toNode(value);
    if (otherwise === null) return then;
    return choiceNode(binary(pass, "<=", literalNode(at)), then, otherwise);
  }, null);
  const chosen = strength === null ? step : withStrength(step, `\${${formatExpression(strength)}}`);
  const isWanted = binary(times, ">", literalNode(left));
  return { ...chosen, if: both(step["if"], isBound ? isWanted : refusing(times, isWanted)) };
}

/**
 * The condition, which is no condition where the number is none of passes: then the step fails, and its message has the
 * text. Where there is no number at all it does not hold.
 */
function refusing(times: ExpressionNode, isWanted: ExpressionNode): ExpressionNode {
  const isWhole = binary(times, "==", { kind: "call", at: 0, name: "round", parameters: [times] });
  const isGood = binary(binary(times, "<=", literalNode(MOST_PASSES)), "and", isWhole);
  const nothing = binary(times, "==", literalNode(null));
  const text = binary(literalNode(`repeat.times: expected 1 to ${MOST_PASSES}, got `), "+", times);
  return choiceNode(binary(isGood, "or", nothing), isWanted, text);
}

/** Which pass it is, from 0, where `left` more follow. */
function passOf(times: ExpressionNode, left: number): ExpressionNode {
  return binary(times, "-", literalNode(left + 1));
}

/** The strength of a pass stands above what the providers' own fields say. */
function withStrength(step: JsonObject, strength: JsonValue): JsonObject {
  return { ...withOverrides(step, ({ strength: _of, ...rest }) => rest), strength };
}

/** The first passes neither enlarge nor offer a choice: the mask would no longer fit, and nobody sees them. */
function withoutResultFields(step: JsonObject): JsonObject {
  const { rules } = step;
  const own = resultFieldsOff(withOverrides(step, resultFieldsOff));
  /* A rule that says nothing else stays: it still comes before those after it. */
  const ruled = Array.isArray(rules)
    ? { rules: rules.map((rule) => (isJsonObject(rule) ? resultFieldsOff(rule) : rule)) }
    : {};
  return { ...own, ...ruled, outputScale: 1, candidates: 1 };
}

function resultFieldsOff({
  outputScale: _scale,
  candidates: _candidates,
  ...fields
}: JsonObject): JsonObject {
  return fields;
}

function withSeed(step: JsonObject, pass: ExpressionNode): JsonObject {
  const { seed } = step;
  if (seed === undefined || (pass.kind === "literal" && pass.value === 0)) return step;
  if (typeof seed === "number" && pass.kind === "literal")
    return { ...step, seed: seed + Number(pass.value) };
  return { ...step, seed: `\${${formatExpression(binary(toNode(seed), "+", pass))}}` };
}

/** What stands under each provider, changed. */
function withOverrides(step: JsonObject, change: (fields: JsonObject) => JsonObject): JsonObject {
  const { byProvider } = step;
  if (!isJsonObject(byProvider)) return step;
  const changed = Object.entries(byProvider).map(([provider, fields]) => [
    provider,
    isJsonObject(fields) ? change(fields) : fields,
  ]);
  return { ...step, byProvider: Object.fromEntries(changed) };
}

/** The most passes that an input allows which is checked to be a whole number; null for any other expression. */
function boundOf(node: ExpressionNode | null, inputs: JsonValue | undefined): number | null {
  const [root, name] = node?.kind === "path" && node.path.length === 2 ? node.path : [];
  const input = root === "inputs" && isJsonObject(inputs) ? inputs[String(name)] : undefined;
  const { type, max } = isJsonObject(input) ? input : {};
  const isBound = type === "integer" && typeof max === "number" && max >= 1 && max <= MOST_PASSES;
  return isBound ? max : null;
}

/** A condition as a step writes it, and another one. */
export function both(condition: JsonValue | undefined, other: ExpressionNode): JsonValue {
  if (condition === undefined || condition === true) return `\${${formatExpression(other)}}`;
  return `\${${formatExpression(binary(toNode(condition), "and", other))}}`;
}

function binary(
  left: ExpressionNode,
  operator: Extract<ExpressionNode, { kind: "binary" }>["operator"],
  right: ExpressionNode,
): ExpressionNode {
  return { kind: "binary", at: 0, operator, left, right };
}

/** A number, boolean or expression of a step as a node; checked before, so that nothing else stands there. */
export function toNode(value: JsonValue): ExpressionNode {
  if (typeof value === "string") return nodeOf(value) ?? literalNode(value);
  return literalNode(typeof value === "number" || typeof value === "boolean" ? value : null);
}

function nodeOf(text: string): ExpressionNode | null {
  const parsed = parseTemplate(text);
  return parsed.ok ? wholeExpression(parsed.parts) : null;
}
