import type { ColumnType, Generated } from "kysely";
import type { KeyId } from "../contracts/caller.ts";
import type { ArtifactUUID, BatchUUID, OwnerUUID, RunUUID } from "../contracts/ids.ts";
import type { JsonObject } from "../contracts/json.ts";
import type { ErrorRecord } from "../errors.ts";

type Timestamp = ColumnType<Date, Date | undefined, Date>;
type NullableTimestamp = ColumnType<Date | null, Date | null | undefined, Date | null>;
type NullableError = ColumnType<ErrorRecord | null, string | null | undefined, string | null>;

interface PausedQueues {
  queue: string;
  paused_at: Timestamp;
}

interface IdempotencyKeys {
  owner_uuid: OwnerUUID;
  key: string;
  digest: string;
  made_uuid: string;
  done: Generated<boolean>;
  held_until: ColumnType<Date, Date, Date>;
  created_at: Timestamp;
}

interface BatchFeeds {
  batch_uuid: BatchUUID;
  folder: string | null;
  recursive: Generated<boolean>;
  walked: Generated<boolean>;
  ignored: Generated<number>;
  again: Generated<boolean>;
  error: NullableError;
  ended_at: NullableTimestamp;
  holder: string | null;
  held_until: NullableTimestamp;
}

interface BatchItems {
  batch_uuid: BatchUUID;
  seq: ColumnType<string, never, never>;
  file: string;
  path: string | null;
  url: string | null;
  artifact_uuid: ArtifactUUID | null;
  error: NullableError;
  run_uuid: RunUUID;
  inputs: ColumnType<JsonObject | null, string | null | undefined, string | null>;
  submitted: Generated<boolean>;
}

interface Sessions {
  hash: Buffer;
  owner_uuid: OwnerUUID;
  /** Null for the key of the configuration. */
  key_id: KeyId | null;
  csrf: string;
  created_at: Timestamp;
  last_used_at: Timestamp;
}

/** Tables of what people do to runs, batches and queues, and of batches that the server feeds. */
export interface ActionTables {
  paused_queues: PausedQueues;
  idempotency_keys: IdempotencyKeys;
  batch_feeds: BatchFeeds;
  batch_items: BatchItems;
  sessions: Sessions;
}
