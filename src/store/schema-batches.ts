import type { ColumnType, Generated, JSONColumnType } from "kysely";
import type { BatchUUID, Digest, OwnerUUID } from "../contracts/ids.ts";
import type { JsonObject } from "../contracts/json.ts";

type Json<T extends object> = JSONColumnType<T, string, string>;
type Timestamp = ColumnType<Date, Date | undefined, Date>;
type NullableTimestamp = ColumnType<Date | null, Date | null | undefined, Date | null>;
type NullableDecimal = ColumnType<string | null, number | string | null | undefined, number | string | null>;

export type BatchStatus = "running" | "paused" | "ended" | "cancelled";

interface Batches {
  uuid: BatchUUID;
  owner_uuid: OwnerUUID;
  workflow_digest: Digest;
  workflow_name: string;
  resume_key: string | null;
  inputs: Json<JsonObject>;
  resolved: Json<object>;
  priority: Generated<number>;
  status: Generated<BatchStatus>;
  complete: Generated<boolean>;
  /** USD that its runs may cost together, whichever provider they go to. */
  max_cost: NullableDecimal;
  /** It pauses itself where so many pictures have failed. */
  max_failures: ColumnType<number | null, number | null | undefined, number | null>;
  stopped: ColumnType<"max-failures" | null, null | undefined, "max-failures" | null>;
  failures_since: NullableTimestamp;
  created_at: Timestamp;
  ended_at: NullableTimestamp;
}

/** Many runs of one workflow. */
export interface BatchTables {
  batches: Batches;
}
