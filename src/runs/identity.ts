import { createHash } from "node:crypto";
import { canonicalJson, type JsonValue } from "../contracts/json.ts";

/** SHA-256 in hex over the value's canonical text: the same for equal data, whatever the order of its keys. */
export function digestOf(value: JsonValue): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}
