import type { Kysely } from "kysely";
import type { OwnerUUID } from "../contracts/ids.ts";
import type { JsonObject } from "../contracts/json.ts";
import { toJson } from "./json.ts";
import type { Schema } from "./schema.ts";

export interface AuditEntry {
  readonly owner: OwnerUUID;
  /** Through what it was done, such as `api`. */
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly detail?: JsonObject;
}

/** Writes down who did what. The table refuses changes: what was done stays known. */
export async function addAuditEntry(db: Kysely<Schema>, entry: AuditEntry): Promise<void> {
  const { owner, actor, action, target, detail = {} } = entry;
  await db
    .insertInto("audit")
    .values({ owner_uuid: owner, actor, action, target, detail: toJson(detail) })
    .execute();
}
