import { isJsonObject, type JsonObject, type JsonValue, ownValue } from "../../contracts/json.ts";
import { MaskloomError } from "../../errors.ts";
import { suggestion } from "../../nearest-name.ts";
import type { PlaceOf } from "../step-fault.ts";
import { checkUse } from "./check-use.ts";
import { expandRepeat } from "./expand-repeat.ts";
import { fixedInputs, instantiate, type UsedParts, type UsedStep } from "./expand-use.ts";
import type { ExpressionNode, PathPart } from "./expression.ts";
import { type Fault, type FieldPath, formatFaults } from "./faults.ts";
import { type FieldText, mapStepTexts, mapTexts, stepsOf } from "./field-texts.ts";
import { schemaAt } from "./find-schema.ts";
import { checkWorkflow, type ParsedWorkflow } from "./parse-workflow.ts";
import { literalNode, pathNode, type Replacement, rewriteText } from "./rewrite-text.ts";

/** A workflow and, by the text that names them, those that its steps use. */
export interface WorkflowTree {
  readonly parsed: ParsedWorkflow;
  readonly used: ReadonlyMap<string, WorkflowTree>;
}

export interface ExpandedWorkflow extends ParsedWorkflow {
  /** What stands at this place of the executed document, as somebody wrote it: `my.yaml:9:5 steps[1].model`. */
  readonly placeOf: PlaceOf;
}

/**
 * The workflow that is executed: steps of other workflows in the place of `use`, passes in the place of `repeat`. One
 * that has neither is returned as it is. The digest is that of the expanded document, so that what a used workflow
 * says is part of the identity, and its name is not.
 * @throws MaskloomError WORKFLOW_INVALID naming the place of the step and that within the used workflow
 */
export function expandWorkflow(tree: WorkflowTree): ExpandedWorkflow {
  const { parsed } = tree;
  if (!stepsOf(parsed.authored).some(({ step }) => isExpandable(step)))
    return { ...parsed, placeOf: (path) => placeText(parsed, path) };
  const { steps, places, outputFields } = new Expansion(tree).expand();
  const { defaults: _merged, ...document } = parsed.authored;
  const expanded = { ...document, ...outputFields, steps };
  const checked = checkWorkflow(JSON.stringify(expanded), { file: parsed.file });
  const placeOf: PlaceOf = ([first, index, ...field]) => {
    const ofStep = first === "steps" ? places[Number(index)] : undefined;
    return (
      ofStep?.(field) ??
      placeText(
        parsed,
        [first, index, ...field].filter((part) => part !== undefined),
      )
    );
  };
  if (checked.ok) return { ...checked.workflow, faultAt: parsed.faultAt, placeOf };
  const lines = checked.faults.map(
    ({ path, message }) => `${placeOfText(path, places, parsed.file)}: ${message}`,
  );
  throw new MaskloomError("WORKFLOW_INVALID", [...new Set(lines)].join("\n"));
}

function isExpandable({ task, repeat }: JsonObject): boolean {
  return task === "use" || repeat !== undefined;
}

/** `steps[4].strength` of the expanded document as the place that somebody wrote. */
function placeOfText(path: string, places: readonly PlaceOf[], file: string): string {
  const [, index, field] = /^steps\[(\d+)\](.*)$/.exec(path) ?? [];
  const place = index === undefined ? undefined : places[Number(index)];
  return place === undefined ? `${file} ${path}` : `${place([])}${field ?? ""}`;
}

/** As in the file of a workflow. */
const MOST_STEPS = 200;

class Expansion {
  readonly #tree: WorkflowTree;
  readonly #fixed: ReadonlyMap<string, ExpressionNode>;
  readonly #steps: JsonObject[] = [];
  /** Of each step, what tells the place of a field of it. */
  readonly #places: PlaceOf[] = [];
  readonly #used = new Map<string, UsedStep>();
  readonly #faults: Fault[] = [];

  /** @param fixed inputs whose values are known before any picture is */
  constructor(tree: WorkflowTree, fixed: ReadonlyMap<string, ExpressionNode> = new Map()) {
    this.#tree = tree;
    this.#fixed = fixed;
  }

  expand() {
    const { parsed } = this.#tree;
    for (const { step, path } of stepsOf(parsed.authored)) this.#step(this.#withDefaults(step, path), path);
    this.#checkIds();
    if (this.#steps.length > MOST_STEPS)
      this.#report(["steps"], `expected at most ${MOST_STEPS} steps once use and repeat are carried out.`);
    const outputFields = Object.fromEntries(
      ["output", "outputs"].flatMap((name) => {
        const value = parsed.authored[name];
        return value === undefined
          ? []
          : [[name, mapTexts(value, [name], (field) => this.#rewrite(field, [])) as JsonValue]];
      }),
    );
    if (this.#faults.length > 0)
      throw new MaskloomError("WORKFLOW_INVALID", formatFaults(parsed.file, this.#faults));
    return { steps: this.#steps, places: this.#places, outputFields };
  }

  #step(authored: JsonObject, path: FieldPath): void {
    const rewritten = mapStepTexts(authored, (field) => this.#rewrite(field, path));
    const step = { ...rewritten, ...this.#needs(authored) };
    if (step["task"] !== "use") {
      const report = (message: string) => this.#report([...path, "repeat", "times"], message);
      for (const pass of expandRepeat(step, this.#tree.parsed.authored["inputs"], report))
        this.#add(pass, (field) => placeText(this.#tree.parsed, [...path, ...field]));
      return;
    }
    const place = placeText(this.#tree.parsed, path);
    const tree = this.#tree.used.get(String(step["workflow"]));
    if (tree === undefined) {
      this.#report([...path, "workflow"], `workflow ${JSON.stringify(step["workflow"])} was not looked up.`);
      return;
    }
    const report = (field: readonly string[], message: string) => this.#report([...path, ...field], message);
    const before = this.#faults.length;
    checkUse(step, tree.parsed, report);
    if (this.#faults.length > before) return;
    const inputs = record(tree.parsed.authored["inputs"]);
    const inner = within(place, () => new Expansion(tree, fixedInputs(step, { inputs })).expand());
    const { output, outputs } = { ...tree.parsed.authored, ...inner.outputFields };
    const parts: UsedParts = { inputs, steps: inner.steps, output, outputs: record(outputs) };
    const used = instantiate(step, parts, this.#steps, report);
    this.#used.set(String(step["id"]), used);
    for (const [at, own] of used.steps.entries())
      this.#add(own, (field) => `${place} uses ${inner.places[at]?.(field) ?? ""}`);
  }

  #add(step: JsonObject, place: PlaceOf): void {
    /* One more than there may be is enough to be refused: what is nested must not grow by powers first. */
    if (this.#steps.length > MOST_STEPS) return;
    this.#steps.push(step);
    this.#places.push(place);
  }

  /** Defaults become the step's own, since they hold for this workflow alone; how steps run goes on into those used. */
  #withDefaults(step: JsonObject, path: FieldPath): JsonObject {
    const { authored } = this.#tree.parsed;
    const known = schemaAt(path, authored)?.properties ?? {};
    const defaults = Object.entries(record(authored["defaults"]));
    return {
      ...Object.fromEntries(defaults.filter(([name]) => ownValue(known, name) !== undefined)),
      ...step,
    };
  }

  #needs({ needs }: JsonObject): JsonObject {
    if (!Array.isArray(needs)) return {};
    return {
      needs: needs.flatMap((id: JsonValue) => [...(this.#used.get(String(id))?.ids ?? [String(id)])]),
    };
  }

  #rewrite(field: FieldText, path: FieldPath): JsonValue {
    return rewriteText(field, ([root, id, ...rest]) => {
      if (root === "inputs" && rest.length === 0) return this.#fixed.get(String(id)) ?? null;
      const used = root === "steps" ? this.#used.get(String(id)) : undefined;
      if (used === undefined) return null;
      const found = referenceInto(used, rest);
      if (typeof found !== "string") return found;
      this.#report([...path, ...field.path], `steps.${String(id)}: ${found}`);
      return literalNode(null);
    });
  }

  #checkIds(): void {
    const known = new Map<JsonValue | undefined, number>();
    for (const [at, { id }] of this.#steps.entries()) {
      const earlier = known.get(id);
      if (earlier !== undefined)
        this.#report(
          ["steps"],
          `two steps would be called "${String(id)}" once use and repeat are carried out: ${this.#places[earlier]?.([])} and ${this.#places[at]?.([])}. Rename one.`,
        );
      known.set(id, at);
    }
  }

  #report(path: FieldPath, message: string): void {
    const fault = this.#tree.parsed.faultAt(path, message);
    if (!this.#faults.some((other) => other.path === fault.path && other.message === message))
      this.#faults.push(fault);
  }
}

/** What is wrong within a used workflow, with the place of the step that uses it. */
function within<Result>(place: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof MaskloomError)) throw error;
    const lines = error.message.split("\n").map((line) => `${place} uses ${line}`);
    throw new MaskloomError(error.code, lines.join("\n"), { cause: error });
  }
}

function placeText({ file, faultAt }: ParsedWorkflow, path: FieldPath): string {
  const { line, column, path: text } = faultAt(path, "");
  return `${file}:${line}:${column} ${text}`;
}

/** What a reference to a step that uses a workflow stands for, or what is wrong with it. */
function referenceInto(used: UsedStep, [field, name, ...rest]: readonly PathPart[]): Replacement | string {
  if (field === "image")
    return used.output ?? "the workflow that it uses has no output image; it has outputs";
  if (field === "status") return pathNode("steps", used.ids.at(-1) ?? "", "status");
  if (field === "seconds" || field === "cost") {
    return used.ids
      .map((id) => pathNode("steps", id, field))
      .reduce((left, right) => ({ kind: "binary", at: 0, operator: "+", left, right }));
  }
  if (field !== "outputs") return "it has image, outputs, status, seconds and cost.";
  const known = Object.keys(used.outputs);
  const here =
    known.length === 0 ? "it has no outputs but its image." : `its outputs are ${known.join(", ")}.`;
  const output = typeof name === "string" ? ownValue(used.outputs, name) : undefined;
  if (output === undefined) return `${here}${suggestion(String(name ?? ""), known)}`;
  if (rest.length === 0) return output;
  if (!Array.isArray(output) && "kind" in output && output.kind === "path")
    return pathNode(...output.path, ...rest);
  return `its output ${String(name)} is computed, so that nothing can be looked up in it.`;
}

function record(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
