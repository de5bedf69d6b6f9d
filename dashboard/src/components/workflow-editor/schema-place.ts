import type { Frame } from "./yaml-place.ts";

/** What is used here of a JSON Schema. */
export interface SchemaNode {
  readonly $ref?: string;
  /** Of a definition: what a reference to it calls it. */
  readonly title?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly items?: SchemaNode;
  readonly required?: readonly string[];
  readonly enum?: readonly (string | number | boolean | null)[];
  readonly const?: string | number | boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly allOf?: readonly SchemaNode[];
  readonly definitions?: Readonly<Record<string, SchemaNode>>;
}

/**
 * What may stand at a place: every alternative that what is written beside it allows. Of steps those of the task that
 * is written, say.
 */
export function schemasAt(
  root: SchemaNode,
  frames: readonly Frame[],
  siblings: ReadonlyMap<string, string>,
): readonly SchemaNode[] {
  let nodes: readonly SchemaNode[] = alternatives(root, root);
  for (const { key, siblings: beside } of frames) {
    nodes = nodes
      .filter((node) => fits(node, beside))
      .flatMap((node) => (key === null ? [node.items] : [fieldOf(node, key)]))
      .flatMap((node) => (node === undefined ? [] : alternatives(root, node)));
  }
  return nodes.filter((node) => fits(node, siblings));
}

/** What a field of one of the nodes may be. */
export function fieldsNamed(
  root: SchemaNode,
  nodes: readonly SchemaNode[],
  name: string,
): readonly SchemaNode[] {
  return nodes.flatMap((node) => {
    const field = fieldOf(node, name);
    return field === undefined ? [] : alternatives(root, field);
  });
}

function fieldOf({ properties, additionalProperties }: SchemaNode, name: string): SchemaNode | undefined {
  if (properties !== undefined && Object.hasOwn(properties, name)) return properties[name];
  return typeof additionalProperties === "object" ? additionalProperties : undefined;
}

/** A node without `anyOf`, `oneOf` and references, as as many nodes as it stands for; each keeps the description. */
function alternatives(root: SchemaNode, node: SchemaNode): readonly SchemaNode[] {
  const { $ref, anyOf, oneOf, allOf, description } = node;
  const inner = [
    ...(anyOf ?? []),
    ...(oneOf ?? []),
    ...(allOf ?? []),
    ...($ref === undefined ? [] : [definitionOf(root, $ref)]),
  ];
  if (inner.length === 0) return [node];
  const told = description === undefined ? {} : { description };
  return inner.flatMap((one) => alternatives(root, one)).map((one) => ({ ...one, ...told }));
}

function definitionOf({ definitions = {} }: SchemaNode, reference: string): SchemaNode {
  const name = reference.replace("#/definitions/", "");
  return { ...definitions[name], title: name.toLowerCase() };
}

/** Whether nothing that is written beside says that it is another one. */
function fits({ properties = {} }: SchemaNode, siblings: ReadonlyMap<string, string>): boolean {
  return [...siblings].every(([name, value]) => {
    const expected = Object.hasOwn(properties, name) ? properties[name]?.const : undefined;
    return expected === undefined || value === "" || value === String(expected);
  });
}

/** A type as somebody who writes a value would call it. */
export function typeOf(nodes: readonly SchemaNode[]): string {
  const names = nodes.map(({ title, type, enum: values, const: only, minimum, maximum }) => {
    if (title !== undefined) return title;
    if (only !== undefined) return JSON.stringify(only);
    if (values !== undefined) return values.join(" | ");
    const range =
      minimum === undefined && maximum === undefined ? "" : ` ${minimum ?? ""}…${bounded(maximum)}`;
    return `${[type ?? "any"].flat().join(" | ")}${range}`;
  });
  return [...new Set(names)].join(" | ");
}

/** The largest whole number there is says nothing. */
const bounded = (maximum: number | undefined) =>
  maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? "" : maximum;
