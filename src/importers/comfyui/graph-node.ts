import type { JsonObject, JsonValue } from "../../contracts/json.ts";
import type { FieldPath } from "../../engine/language/faults.ts";

/** An output of another node: its id, and which of its outputs. */
export type Link = readonly [node: string, slot: number];

export interface GraphNode {
  readonly id: string;
  readonly type: string;
  /** Values, and links to what gives them. */
  readonly inputs: JsonObject;
  /** Switched to "bypass" in the editor: it hands on what it is given. */
  readonly bypassed: boolean;
  /** Where it stands in the source. */
  readonly path: FieldPath;
  /** The place of its inputs; null in the editor's format, where they have no names. */
  readonly inputsPath: FieldPath | null;
}

export function isLink(value: JsonValue | undefined): value is [string | number, number] {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [node, slot] = value;
  return (typeof node === "string" || typeof node === "number") && Number.isInteger(slot);
}
