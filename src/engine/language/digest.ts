import { createHash } from "node:crypto";
import { Digest } from "../../contracts/ids.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../contracts/json.ts";
import { LANGUAGE_VERSION } from "../../contracts/workflow.ts";

/** JSON with the names of every record in the order of their UTF-16 units and no spaces: one text per value. */
export function canonicalJson(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name] ?? null)}`).join(",")}}`;
}

/**
 * A workflow's identity: SHA-256 over what was authored, without name and description, in canonical order, and the
 * version of the language. Comments, order of fields, YAML or JSON do not change it; any value does. Defaults are no
 * part of it, so an upgrade that changes one does not make finished work look undone.
 */
export function workflowDigest(authored: JsonObject): Digest {
  const { name: _name, description: _description, ...identity } = authored;
  const text = `maskloom-workflow ${LANGUAGE_VERSION}\n${canonicalJson(identity)}`;
  return Digest.parse(createHash("sha256").update(text, "utf8").digest("hex"));
}
