import { isJsonObject, type JsonObject, type JsonValue } from "../../contracts/json.ts";
import { Decision } from "../../contracts/review.ts";
import { FUNCTION_NAMES, KEYWORDS } from "./expression.ts";
import type { FaultList, FieldPath } from "./faults.ts";
import { stepsOf } from "./field-texts.ts";
import { namesElement } from "./references.ts";

/* What only shows when fields are seen together. Each check is a row; fields of a wrong type are left to the schema. */

type Report = (path: FieldPath, message: string) => void;
type StepCheck = (step: JsonObject, path: FieldPath, report: Report) => void;

export function checkConsistency(document: JsonObject, faults: FaultList): void {
  const report: Report = (path, message) => faults.add(path, message);
  checkOutputs(document, report);
  checkInputs(document["inputs"], report);
  checkIds(document, report);
  const defaults = isJsonObject(document["defaults"]) ? document["defaults"] : {};
  checkBounds(defaults, ["defaults"], report);
  for (const { step, path } of stepsOf(document)) {
    for (const check of STEP_CHECKS) check(step, path, report);
  }
}

function checkOutputs(document: JsonObject, report: Report): void {
  const both = document["output"] !== undefined && document["outputs"] !== undefined;
  if (both) report(["outputs"], "expected either output or outputs, received both.");
  if (document["output"] === undefined && document["outputs"] === undefined)
    report(["output"], "missing: expected output (one image) or outputs (named images, masks and data).");
}

function checkInputs(inputs: JsonValue | undefined, report: Report): void {
  if (!isJsonObject(inputs)) return;
  const all = Object.entries(inputs);
  if (!all.some(([, input]) => isJsonObject(input) && input["type"] === "image"))
    report(["inputs"], "expected at least one input of type image: it is the picture that a run works on.");
  for (const [name, input] of all) if (isJsonObject(input)) checkInput(input, ["inputs", name], report);
}

function checkInput(input: JsonObject, path: FieldPath, report: Report): void {
  const { default: preset, min, max, choices } = input;
  if (typeof min === "number" && typeof max === "number" && min > max)
    report([...path, "min"], `expected at most max (${max}), received ${min}.`);
  else if (typeof preset === "number" && typeof min === "number" && preset < min)
    report([...path, "default"], `expected at least min (${min}), received ${preset}.`);
  else if (typeof preset === "number" && typeof max === "number" && preset > max)
    report([...path, "default"], `expected at most max (${max}), received ${preset}.`);
  if (typeof preset === "string" && preset.includes("${"))
    report([...path, "default"], "a default is taken as it stands: no expression is evaluated in it.");
  if (!Array.isArray(choices)) return;
  if (new Set(choices).size < choices.length) report([...path, "choices"], "a choice is listed twice.");
  if (preset !== undefined && preset !== null && !choices.includes(preset))
    report(
      [...path, "default"],
      `expected one of ${choices.join(", ")}, received ${JSON.stringify(preset)}.`,
    );
}

function checkIds(document: JsonObject, report: Report): void {
  const first = new Map<JsonValue, number>();
  for (const { step, path } of stepsOf(document)) {
    const id = step["id"];
    if (typeof id !== "string") continue;
    const earlier = first.get(id);
    if (earlier === undefined) first.set(id, Number(path[1]));
    else report([...path, "id"], `steps[${earlier}] is already called "${id}".`);
  }
}

const TAKEN: ReadonlySet<string> = new Set(["inputs", "steps", "run", ...FUNCTION_NAMES, ...KEYWORDS]);

const checkLoop: StepCheck = (step, path, report) => {
  const { forEach, as } = step;
  if (forEach !== undefined && as === undefined)
    report([...path, "as"], "missing: expected a name for one detection, since forEach is given.");
  if (as !== undefined && forEach === undefined)
    report([...path, "as"], "expected forEach beside it: as names one of its detections.");
  if (typeof as === "string" && TAKEN.has(as))
    report([...path, "as"], `"${as}" means something else in expressions.`);
};

/** Each element writes the step's input image through its own mask, so both must be told, and their frame is one. */
const checkElements: StepCheck = (step, path, report) => {
  const { forEach, task, as, maskImage, seedImage } = step;
  if (forEach === undefined) return;
  if (task !== "imageInference") {
    report([...path, "forEach"], `expected task: imageInference beside it, received ${String(task)}.`);
    return;
  }
  if (maskImage === undefined)
    report([...path, "maskImage"], "missing: each element is blended in through its own mask.");
  if (typeof as === "string" && typeof seedImage === "string" && namesElement(seedImage, as))
    report(
      [...path, "seedImage"],
      `expected one image for all elements, received one that depends on "${as}".`,
    );
  for (const field of ["width", "height"]) {
    if (step[field] !== undefined)
      report([...path, field], "cannot stand beside forEach: its elements keep the frame of seedImage.");
  }
};

const checkRules: StepCheck = (step, path, report) => {
  const { rules } = step;
  if (!Array.isArray(rules)) return;
  const always = rules.findIndex((rule) => isJsonObject(rule) && rule["when"] === undefined);
  if (always >= 0 && always < rules.length - 1)
    report([...path, "rules", always + 1], `never reached: rules[${always}] has no when, so it always wins.`);
};

const checkZoom: StepCheck = (step, path, report) => {
  if (step["task"] !== "imageInference" || step["maskImage"] !== undefined) return;
  if (step["maskMargin"] !== undefined)
    report([...path, "maskMargin"], "expected maskImage beside it: the zoom goes to the regions of a mask.");
};

/** Pairs of bounds that may be written side by side. */
const BOUNDS = [
  ["guideSize", "maxSize"],
  ["minArea", "maxArea"],
] as const;

function checkBounds(fields: JsonObject, path: FieldPath, report: Report): void {
  for (const [least, most] of BOUNDS) {
    const low = fields[least];
    const high = fields[most];
    if (typeof low === "number" && typeof high === "number" && low > high)
      report([...path, least], `expected at most ${most} (${high}), received ${low}.`);
  }
  const { select } = fields;
  if (isJsonObject(select)) checkBounds(select, [...path, "select"], report);
}

const checkOnEmpty: StepCheck = (step, path, report) => {
  const { onEmpty, model } = step;
  if (isJsonObject(onEmpty) && onEmpty["fallback"] === model && model !== undefined)
    report([...path, "onEmpty", "fallback"], "expected another model than the step's own.");
};

/** Tasks with a model that something else may stand in for. */
const REPLACEABLE: ReadonlySet<unknown> = new Set(["imageMasking", "imageInference"]);

const checkFallback: StepCheck = ({ fallback, task }, path, report) => {
  if (fallback !== undefined && !REPLACEABLE.has(task))
    report([...path, "fallback"], `${String(task)} has no model or provider that could be another.`);
  if (isJsonObject(fallback) && fallback["provider"] === undefined && fallback["model"] === undefined)
    report([...path, "fallback"], "expected a provider, a model or both, received nothing.");
};

const checkResize: StepCheck = (step, path, report) => {
  if (step["task"] === "resize" && step["width"] === undefined && step["height"] === undefined)
    report([...path, "width"], "missing: expected width, height or both.");
};

const checkRepeat: StepCheck = ({ repeat }, path, report) => {
  if (!isJsonObject(repeat)) return;
  const { times, strength } = repeat;
  if (times === undefined && strength === undefined)
    report([...path, "repeat"], "expected times, a list of strengths or both, received nothing.");
  if (typeof times === "number" && Array.isArray(strength) && strength.length > times)
    report(
      [...path, "repeat", "strength"],
      `expected at most ${times} strengths, one a time, received ${strength.length}.`,
    );
};

const checkAccept: StepCheck = ({ accept }, path, report) => {
  if (!isJsonObject(accept)) return;
  const measured = ["seam", "colorShift", "sharpnessGain"].some((name) => accept[name] !== undefined);
  if (!measured) report([...path, "accept"], "expected a bound for seam, colorShift or sharpnessGain.");
  for (const name of ["times", "finally"]) {
    if (accept[name] !== undefined && accept["otherwise"] !== "reroll")
      report([...path, "accept", name], "expected otherwise: reroll beside it.");
  }
};

const ADDRESSES: Readonly<Record<string, string>> = { upload: "endpoint", webhook: "url" };

const checkAddress: StepCheck = (step, path, report) => {
  const field = ADDRESSES[String(step["task"])];
  const address = field === undefined ? undefined : step[field];
  if (field === undefined || typeof address !== "string" || address.startsWith("${")) return;
  if (!/^https?:\/\/[^\s/]/.test(address))
    report(
      [...path, field],
      `expected an address with http:// or https://, received ${JSON.stringify(address)}.`,
    );
};

const checkReview: StepCheck = ({ task, allow, timeout, otherwise }, path, report) => {
  if (task !== "review") return;
  const isKnown = Array.isArray(allow) && allow.every((one) => Decision.safeParse(one).success);
  if (isKnown && !allow.includes("accept") && !allow.includes("keepOriginal"))
    report([...path, "allow"], "expected accept or keepOriginal among them: nothing else ends a review.");
  if (otherwise !== undefined && timeout === undefined)
    report([...path, "otherwise"], "expected a timeout beside it: it says what holds when that is over.");
};

const STEP_CHECKS: readonly StepCheck[] = [
  checkLoop,
  checkElements,
  checkRules,
  checkZoom,
  checkBounds,
  checkOnEmpty,
  checkFallback,
  checkResize,
  checkRepeat,
  checkAccept,
  checkAddress,
  checkReview,
];
