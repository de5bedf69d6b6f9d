import { createHash } from "node:crypto";
import { Digest } from "../../contracts/ids.ts";
import { canonicalJson, type JsonObject } from "../../contracts/json.ts";
import { LANGUAGE_VERSION } from "../../contracts/workflow.ts";

/**
 * A workflow's identity: SHA-256 over what was authored, without name and description, in canonical order, and the
 * version of the language. Comments, order of fields, YAML or JSON do not change it; any value does. Defaults are no
 * part of it, so an upgrade that changes one does not make finished work look undone.
 */
export function workflowDigest(authored: JsonObject): Digest {
  const { $schema: _schema, name: _name, description: _description, ...identity } = authored;
  const text = `maskloom-workflow ${LANGUAGE_VERSION}\n${canonicalJson(identity)}`;
  return Digest.parse(createHash("sha256").update(text, "utf8").digest("hex"));
}
