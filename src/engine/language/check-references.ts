import { type JsonObject, ownValue } from "../../contracts/json.ts";
import { suggestion } from "../../nearest-name.ts";
import { takesAnyText } from "./describe-schema.ts";
import { type ExpressionNode, formatPath, type PathPart } from "./expression.ts";
import type { FaultList, FieldPath } from "./faults.ts";
import { type FieldText, stepsOf, stepTexts, textsIn } from "./field-texts.ts";
import { schemaAt } from "./find-schema.ts";
import { article, inputNames, kindsOf, known, lacks, type Names, yieldAt, yieldWith } from "./names.ts";
import { namedSteps, readText } from "./references.ts";
import { StepOrder } from "./step-order.ts";
import { wholeExpression } from "./template.ts";
import { ANY, DETECTION_FIELDS, type Kind, RUN, recordOf, type Yield } from "./yields.ts";

/** Every expression of the document: its syntax, what it refers to, and whether that fits the field. */
export function checkReferences(document: JsonObject, faults: FaultList): void {
  new ReferenceCheck(document, faults).run();
}

const CONDITION: readonly Kind[] = ["boolean"];

/** What fields accept whose values are of one kind. */
const EXPECTED: Readonly<Record<string, readonly Kind[]>> = {
  inputImage: ["image", "mask"],
  seedImage: ["image", "mask"],
  base: ["image", "mask"],
  over: ["image", "mask"],
  image: ["image", "mask"],
  show: ["image", "mask"],
  output: ["image", "mask"],
  maskImage: ["mask"],
  mask: ["mask"],
  within: ["mask"],
  forEach: ["list"],
  if: CONDITION,
};

const WORDS: Partial<Record<Kind, string>> = { list: "a list such as detections", boolean: "true or false" };
class ReferenceCheck {
  readonly #document: JsonObject;
  readonly #faults: FaultList;
  readonly #inputs: Names;
  readonly #steps: Names;
  readonly #order: StepOrder;

  constructor(document: JsonObject, faults: FaultList) {
    this.#document = document;
    this.#faults = faults;
    this.#inputs = inputNames(document);
    const steps = stepsOf(document).flatMap(({ step }) => {
      const { id } = step;
      return typeof id === "string" ? [{ id, step }] : [];
    });
    const yields: Record<string, Yield> = {};
    for (const { id, step } of steps)
      yields[id] = yieldWith(step, { inputs: recordOf(this.#inputs), steps: recordOf(yields) });
    this.#steps = yields;
    this.#order = new StepOrder(steps.map(({ id, step }) => [id, namedSteps(step)]));
  }

  run(): void {
    const base = { inputs: recordOf(this.#inputs), run: RUN };
    for (const field of textsIn(this.#document["defaults"], ["defaults"])) this.#field(field, base, null);
    for (const { step, path } of stepsOf(this.#document)) this.#step(step, path);
    const all = { ...base, steps: recordOf(this.#steps) };
    for (const name of ["output", "outputs"]) {
      for (const field of textsIn(this.#document[name], [name])) this.#field(field, all, null);
    }
  }

  #step(step: JsonObject, path: FieldPath): void {
    const id = typeof step["id"] === "string" ? step["id"] : null;
    const names = { inputs: recordOf(this.#inputs), steps: recordOf(this.#steps), run: RUN };
    const as = typeof step["as"] === "string" ? step["as"] : null;
    const inLoop = as === null ? names : { ...names, [as]: this.#element(step, names) };
    for (const field of stepTexts(step, path)) {
      this.#field(field, field.path[path.length] === "forEach" ? names : inLoop, id);
    }
    const needs = step["needs"];
    if (!Array.isArray(needs)) return;
    for (const [index, needed] of needs.entries()) {
      if (typeof needed === "string") this.#stepName(needed, [...path, "needs", index], undefined, "", id);
    }
  }

  #field(field: FieldText, names: Names, step: string | null): void {
    const { path } = field;
    if (field.bare && field.text.includes("${")) {
      this.#faults.add(path, "expected an expression without ${ }, since nothing else can stand here.", 0);
      return;
    }
    const read = readText(field);
    if (!read.ok) {
      this.#faults.add(path, sentence(read.fault), read.at);
      return;
    }
    const visible = path.at(-1) === "where" ? { ...names, ...DETECTION_FIELDS } : names;
    // A provider is chosen once per batch, before any step has run.
    const scope = path.includes("provider") ? { inputs: recordOf(this.#inputs) } : visible;
    const before = this.#faults.count;
    for (const reference of read.references) this.#reference(reference.path, reference.at, path, scope, step);
    if ((!field.bare && !field.text.includes("${")) || this.#faults.count > before) return;
    const whole = wholeExpression(read.parts);
    const mixed = whole === null && read.parts.some((part) => part.kind === "expression");
    if (mixed && !takesAnyText(schemaAt(path, this.#document) ?? {})) {
      this.#faults.add(
        path,
        "expected one expression and nothing else, received a text with expressions in it.",
      );
    } else if (whole !== null) this.#kind(whole, path, visible, field.bare);
  }

  #reference(
    path: readonly PathPart[],
    at: number,
    field: FieldPath,
    names: Names,
    step: string | null,
  ): void {
    const [root, name] = path;
    const refers = `\${${formatPath(path)}} refers to `;
    if (typeof root !== "string" || !Object.hasOwn(names, root)) {
      this.#faults.add(
        field,
        `${refers}"${root}", which is not known here. ${known("Names", names)}${suggestion(String(root), Object.keys(names))}`,
        at,
      );
      return;
    }
    if (root === "steps" && typeof name === "string" && !this.#stepName(name, field, at, refers, step))
      return;
    if (root === "inputs" && typeof name === "string" && !Object.hasOwn(this.#inputs, name)) {
      this.#faults.add(
        field,
        `${refers}input "${name}", which does not exist. ${known("Inputs", this.#inputs)}`,
        at,
      );
      return;
    }
    this.#fields(path, names[root] ?? ANY, at, field);
  }

  /** Whether a step of that name may be referred to from `from`; null = from outside the steps. */
  #stepName(
    name: string,
    field: FieldPath,
    at: number | undefined,
    refers: string,
    from: string | null,
  ): boolean {
    if (!Object.hasOwn(this.#steps, name)) {
      this.#faults.add(
        field,
        `${refers}step "${name}", which does not exist. ${known("Steps", this.#steps)}`,
        at,
      );
      return false;
    }
    if (!this.#order.isUnique(name)) return false; // a fault of its own
    if (from === null || this.#order.isAbove(name, from)) return true;
    const what = `${refers}step "${name}"`;
    const way = this.#order.wayBack(name, from);
    if (way !== null)
      this.#faults.add(field, `${what}, which makes a cycle: ${[from, ...way].join(" -> ")}.`, at);
    else this.#faults.add(field, `${what}, which comes later. Move ${name} above ${from}.`, at);
    return false;
  }

  /** That each part of the path is a field, or an index, of what stands before it. */
  #fields(path: readonly PathPart[], start: Yield, at: number, field: FieldPath): void {
    let current = start;
    for (const [place, part] of path.entries()) {
      if (place === 0 || current.kind === "any") continue;
      const next = typeof part === "number" ? current.items : ownValue(current.fields, part);
      if (next === undefined) {
        const so = `\${${formatPath(path)}}: ${formatPath(path.slice(0, place))}`;
        this.#faults.add(field, `${so} ${lacks(current, part)}`, at);
        return;
      }
      current = next;
    }
  }

  /** @param decides whether the field takes true or false and nothing else, as a bare condition does */
  #kind(whole: ExpressionNode, path: FieldPath, names: Names, decides: boolean): void {
    const name = fieldName(path);
    const isItem = name === "forEach" && path.at(-1) !== "forEach";
    const expected = decides ? CONDITION : name === null || isItem ? undefined : ownValue(EXPECTED, name);
    if (expected === undefined) return;
    const [first = "any"] = expected;
    for (const { kind, words } of kindsOf(whole, names)) {
      if (kind === "any" || expected.some((one) => one === kind)) continue;
      const wanted = WORDS[first] ?? article(first);
      this.#faults.add(path, `expected ${wanted}, received ${words}, which is ${article(kind)}.`, 0);
      return;
    }
  }

  /** What the name given by `as` stands for: one item of the list after `forEach`. */
  #element(step: JsonObject, names: Names): Yield {
    const forEach = step["forEach"];
    if (typeof forEach !== "string") return ANY;
    const read = readText({ path: [], text: forEach, bare: false });
    const whole = read.ok ? wholeExpression(read.parts) : null;
    return (whole?.kind === "path" ? yieldAt(whole.path, names)?.items : undefined) ?? ANY;
  }
}

/** The field a text belongs to, seen through the places of a list; null where it is a value of the caller's own. */
function fieldName(path: FieldPath): string | null {
  const names = path.filter((part) => typeof part === "string");
  if (path[0] === "outputs" || names.length > 2) return null;
  return names.at(-1) ?? null;
}

function sentence(fault: string): string {
  return /[.?]$/.test(fault) ? fault : `${fault}.`;
}
