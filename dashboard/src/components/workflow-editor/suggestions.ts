import { fieldsNamed, type SchemaNode, schemasAt, typeOf } from "./schema-place.ts";
import { placeAt, type YamlPlace } from "./yaml-place.ts";

/** What is known beside the text itself. */
export interface EditorKnowledge {
  readonly schema: SchemaNode;
  /** Ids of models that `model` may name. */
  readonly models: readonly { readonly id: string; readonly description: string }[];
  /** Names that `workflow` of a `use` may say. */
  readonly workflows: readonly { readonly name: string; readonly description: string }[];
  /** What expressions can ask of a step, by its task. */
  readonly yields: Readonly<Record<string, readonly string[]>>;
}

interface Suggestion {
  readonly label: string;
  readonly kind: "field" | "value" | "reference";
  readonly detail: string;
  readonly info: string;
  /** What is put in its place. */
  readonly text: string;
}

export interface Suggestions {
  /** Where what is replaced begins. */
  readonly from: number;
  readonly options: readonly Suggestion[];
}

/** What could be typed at a place; null where nothing is known of it. */
export function suggestAt(text: string, offset: number, knowledge: EditorKnowledge): Suggestions | null {
  const place = placeAt(text, offset);
  const reference = referenceBefore(text.slice(0, offset));
  if (reference !== null)
    return { from: offset - reference.length, options: references(text, offset, reference, knowledge) };
  const nodes = schemasAt(knowledge.schema, place.frames, place.siblings);
  const options = place.key === null ? fields(place, nodes, knowledge) : values(place.key, nodes, knowledge);
  return options.length === 0 ? null : { from: place.from, options };
}

/** What an expression says so far, from its last name on; null outside of expressions. */
function referenceBefore(before: string): string | null {
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const open = line.lastIndexOf("${");
  if (open < 0 || line.indexOf("}", open) >= 0) return null;
  return /[\w.]*$/.exec(line.slice(open + 2))?.[0] ?? "";
}

function fields(
  { siblings, frames }: YamlPlace,
  nodes: readonly SchemaNode[],
  { schema }: EditorKnowledge,
): Suggestion[] {
  const names = new Set(nodes.flatMap(({ properties }) => Object.keys(properties ?? {})));
  const isItem = nodes.some(({ items }) => items !== undefined);
  if (isItem && names.size === 0 && frames.length > 0) return [];
  return [...names]
    .filter((name) => !siblings.has(name))
    .map((name) => {
      const found = fieldsNamed(schema, nodes, name);
      const isNested = found.length > 0 && found.every(({ type }) => type === "object" || type === "array");
      return {
        label: name,
        kind: "field",
        detail: shortened(typeOf(found)),
        info: found[0]?.description ?? "",
        text: isNested ? `${name}:` : `${name}: `,
      };
    });
}

const LONGEST_DETAIL = 40;
const shortened = (text: string) =>
  text.length <= LONGEST_DETAIL ? text : `${text.slice(0, LONGEST_DETAIL - 1)}…`;

function values(key: string, nodes: readonly SchemaNode[], knowledge: EditorKnowledge): Suggestion[] {
  if (key === "model")
    return knowledge.models.map(({ id, description }) => allowedValue(id, "model", description, quoted(id)));
  if (key === "workflow")
    return knowledge.workflows.map(({ name, description }) => allowedValue(name, "workflow", description));
  const found = fieldsNamed(knowledge.schema, nodes, key);
  const allowed = found.flatMap((node) => [
    ...(node.enum ?? []),
    ...(node.const === undefined ? [] : [node.const]),
    ...([node.type].flat().includes("boolean") ? [true, false] : []),
  ]);
  const info = found[0]?.description ?? "";
  return [...new Set(allowed.map(String))].map((value) => allowedValue(value, "", info));
}

const allowedValue = (label: string, detail: string, info: string, text = label): Suggestion => ({
  label,
  kind: "value",
  detail,
  info,
  text,
});

/** Colons are fine within a word of block style, but not everywhere in braces: quotes are right in both. */
const quoted = (id: string) => (/^[\w.-]+$/.test(id) ? id : `"${id}"`);

const ROOTS = ["inputs", "steps", "run"];

function references(text: string, offset: number, typed: string, { yields }: EditorKnowledge): Suggestion[] {
  const [root = "", name, ...rest] = typed.split(".");
  const within = (prefix: string, names: readonly string[], detail: string): Suggestion[] =>
    names.map((one) => ({
      label: `${prefix}${one}`,
      kind: "reference",
      detail,
      info: "",
      text: `${prefix}${one}`,
    }));
  if (name === undefined) return within("", ROOTS, "");
  const steps = stepsAbove(text, offset);
  if (root === "inputs" && rest.length === 0) return within("inputs.", inputNames(text), "input");
  if (root !== "steps") return [];
  if (rest.length === 0) return within("steps.", [...steps.keys()], "step above");
  const task = steps.get(name);
  return task === undefined ? [] : within(`steps.${name}.`, yields[task] ?? ["image"], task);
}

const STEP_ID = /^\s*-?\s*(?:\{.*?)?\bid:\s*([A-Za-z]\w*)/m;

/** Ids and tasks of the steps above a place: those that can be referred to. */
function stepsAbove(text: string, offset: number): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const begun = text.slice(0, offset).split(/^(?=\s*- )/m);
  /* Outputs stand at the margin, below all steps; whatever is indented belongs to the last one that has begun. */
  const isOutside = /(?:^|\n)\w[^\n]*$/.test(begun.at(-1) ?? "");
  const last = begun.findLastIndex((part) => STEP_ID.test(part));
  for (const part of isOutside ? begun : begun.slice(0, last)) {
    const [, id] = STEP_ID.exec(part) ?? [];
    const [, task = ""] = /\btask:\s*([A-Za-z]+)/.exec(part) ?? [];
    if (id !== undefined) found.set(id, task);
  }
  return found;
}

function inputNames(text: string): string[] {
  const lines = text.split("\n");
  const begin = lines.findIndex((line) => /^inputs:/.test(line));
  if (begin < 0) return [];
  const flow = /^inputs:\s*\{(.*)$/.exec(lines[begin] ?? "")?.[1];
  if (flow !== undefined) return [...flow.matchAll(/([A-Za-z]\w*)\s*:\s*\{/g)].map(([, name = ""]) => name);
  const after = lines.slice(begin + 1);
  const end = after.findIndex((line) => /^\S/.test(line) && !line.startsWith("#"));
  const body = end < 0 ? after : after.slice(0, end);
  const indent = Math.min(...body.flatMap((line) => (/^\s+\w/.test(line) ? [line.search(/\S/)] : [])));
  return body.flatMap((line) => {
    const [, space = "", name] = /^(\s+)([A-Za-z]\w*)\s*:/.exec(line) ?? [];
    return name !== undefined && space.length === indent ? [name] : [];
  });
}

/** What the field at a place is, for whoever points at it; null where nothing is known. */
export function explainAt(
  text: string,
  offset: number,
  { schema }: Pick<EditorKnowledge, "schema">,
): { readonly name: string; readonly type: string; readonly description: string } | null {
  const place = placeAt(text, offset);
  const [name = ""] = /^[\w$-]+/.exec(text.slice(place.from)) ?? [];
  if (place.key !== null || name === "" || offset > place.from + name.length) return null;
  const nodes = schemasAt(schema, place.frames, place.siblings);
  const found = fieldsNamed(schema, nodes, name);
  const description = found[0]?.description;
  return description === undefined ? null : { name, type: typeOf(found), description };
}
