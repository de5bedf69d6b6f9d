import { stringify } from "yaml";

/** Documents out of the database have their fields in an order of its own: here they stand as they are written. */
const ORDER = [
  "$schema",
  "maskloom",
  "name",
  "description",
  "labels",
  "inputs",
  "defaults",
  "id",
  "task",
  "type",
];
const LAST = ["steps", "output", "outputs"];

/** A workflow as a file of the language would say it. */
export function yamlOf(document: object): string {
  return stringify(document, {
    lineWidth: 100,
    sortMapEntries: ({ key: one }, { key: other }) => placeOf(one) - placeOf(other) || byName(one, other),
  });
}

function placeOf(key: unknown): number {
  const name = textOf(key);
  if (LAST.includes(name)) return ORDER.length + 1 + LAST.indexOf(name);
  return ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length;
}

const byName = (one: unknown, other: unknown) => (textOf(one) < textOf(other) ? -1 : 1);
const textOf = (key: unknown) => String(key);
