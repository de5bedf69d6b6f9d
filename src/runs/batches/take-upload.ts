import { createHash } from "node:crypto";
import type { OwnerUUID } from "../../contracts/ids.ts";
import { toErrorRecord } from "../../errors.ts";
import { ingestImage } from "../ingest.ts";
import type { Services } from "../services.ts";
import { plainName, type Upload } from "./batch-source.ts";

/** Stores one file of many as it comes; one that is no picture is told of by its run, and harms no other. */
export async function takeUpload(
  { artifacts, config }: Pick<Services, "artifacts" | "config">,
  owner: OwnerUUID,
  given: string,
  bytes: Uint8Array,
): Promise<Upload> {
  const name = plainName(given);
  const digest = createHash("sha256").update(bytes).digest("hex");
  try {
    const { value } = await ingestImage(artifacts, owner, bytes, name, config.limits);
    return { name, digest, artifact: value.uuid };
  } catch (error) {
    return { name, digest, error: toErrorRecord(error) };
  }
}
