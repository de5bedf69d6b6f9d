import { createHash } from "node:crypto";
import { Digest } from "../contracts/ids.ts";

/** SHA-256: the name under which bytes are stored. */
export const digestOfBytes = (bytes: Uint8Array): Digest =>
  Digest.parse(createHash("sha256").update(bytes).digest("hex"));
