import type { ColumnType, Generated, JSONColumnType } from "kysely";
import type { KeyId, Role } from "../contracts/caller.ts";
import type { ArtifactUUID, BatchUUID, Digest, OwnerUUID, RunUUID, TaskUUID } from "../contracts/ids.ts";
import type { JsonObject } from "../contracts/json.ts";
import type { Labels } from "../contracts/labels.ts";
import type { OpenCircuit } from "../contracts/provider.ts";
import type { RunStatus, TaskStatus } from "../contracts/run.ts";
import type { TaskType } from "../contracts/tasks.ts";
import type { TaskOverride } from "../engine/run-state.ts";
import type { ErrorRecord } from "../errors.ts";
import type { ActionTables } from "./schema-actions.ts";
import type { BatchTables } from "./schema-batches.ts";
import type { CallTables } from "./schema-calls.ts";
import type { NotificationTables } from "./schema-notifications.ts";
import type { RecordTables } from "./schema-records.ts";
import type { ReviewTables } from "./schema-reviews.ts";
import type { WorkflowTables } from "./schema-workflows.ts";

type Json<T extends object> = JSONColumnType<T, string, string>;
type NullableJson = ColumnType<unknown, string | null, string | null>;
type Timestamp = ColumnType<Date, Date | undefined, Date>;
type NullableTimestamp = ColumnType<Date | null, Date | null | undefined, Date | null>;
/** node-postgres hands out int8 and numeric as strings, so that nothing is rounded unasked. */
type BigInteger = ColumnType<string, number | string, number | string>;
type NullableBigInteger = ColumnType<string | null, number | string | null, number | string | null>;

interface Owners {
  uuid: OwnerUUID;
  name: string;
  created_at: Timestamp;
  runs_per_day: number | null;
  bytes_kept: NullableBigInteger;
  tasks_at_once: number | null;
  /** USD. */
  cost_per_day: NullableBigInteger;
  labels: ColumnType<Labels, string | undefined, string>;
  erased_at: NullableTimestamp;
}

interface Keys {
  id: KeyId;
  owner_uuid: OwnerUUID;
  hash: Buffer;
  name: string;
  role: Role;
  requests_per_minute: number | null;
  concurrency: number | null;
  created_at: Timestamp;
  last_used_at: NullableTimestamp;
  revoked_at: NullableTimestamp;
  replenished_at: Timestamp;
  labels: ColumnType<Labels, string | undefined, string>;
}

interface Workflows {
  digest: Digest;
  name: string;
  document: Json<object>;
  created_at: Timestamp;
}

interface Runs {
  uuid: RunUUID;
  batch_uuid: BatchUUID;
  owner_uuid: OwnerUUID;
  workflow_digest: Digest;
  file: string;
  status: Generated<RunStatus>;
  identity: string | null;
  inputs: Json<JsonObject>;
  output: ArtifactUUID | null;
  outputs: ColumnType<Record<string, unknown> | null, string | null, string | null>;
  error: ColumnType<ErrorRecord | null, string | null, string | null>;
  warnings: Json<string[]>;
  derived_from: RunUUID | null;
  follows: RunUUID | null;
  reuses: RunUUID | null;
  tags: Generated<string[]>;
  traceparent: string | null;
  created_at: Timestamp;
  started_at: NullableTimestamp;
  ended_at: NullableTimestamp;
  /* From here on what lists are searched by: src/engine/run-facts.ts, as of the run's beginning or its end. */
  models: Generated<string[]>;
  providers: Generated<string[]>;
  /** USD that are booked for its calls, the same as of `tasks`: written with them, by src/store/calls.ts. */
  cost: NullableBigInteger;
  /** Worst of all regions. */
  seam: number | null;
  sharpness: number | null;
  duration_ms: ColumnType<string | null, never, never>;
  /** Each with its kind in front: `model:`, `provider:`, `tag:`, `error:`, `artifact:`. */
  facets: ColumnType<string[], never, never>;
  search: ColumnType<string, never, never>;
}

interface Tasks {
  uuid: TaskUUID;
  seq: ColumnType<string, never, never>;
  run_uuid: RunUUID;
  batch_uuid: BatchUUID;
  owner_uuid: OwnerUUID;
  step: string;
  element: number | null;
  task_type: TaskType;
  status: TaskStatus;
  queue: string;
  priority: Generated<number>;
  /** Whether its batch was asked for at once. */
  at_once: Generated<boolean>;
  provider: string | null;
  model: string | null;
  seed: NullableBigInteger;
  input: NullableJson;
  output: NullableJson;
  error: ColumnType<ErrorRecord | null, string | null, string | null>;
  warnings: Json<string[]>;
  cost: NullableBigInteger;
  fresh: Generated<boolean>;
  override: ColumnType<TaskOverride | null, string | null | undefined, string | null>;
  decide_by: NullableTimestamp;
  spilled: Generated<boolean>;
  attempt: Generated<number>;
  failures: Generated<number>;
  losses: Generated<number>;
  delivery: Generated<number>;
  delivered_at: NullableTimestamp;
  ready_at: NullableTimestamp;
  lease_worker: string | null;
  lease_uuid: string | null;
  lease_expires_at: NullableTimestamp;
  created_at: Timestamp;
  queued_at: NullableTimestamp;
  started_at: NullableTimestamp;
  ended_at: NullableTimestamp;
}

interface Attempts {
  task_uuid: TaskUUID;
  number: number;
  worker: string;
  started_at: Timestamp;
  ended_at: NullableTimestamp;
  outcome: string | null;
  error: ColumnType<ErrorRecord | null, string | null, string | null>;
  timings: Json<Record<string, number>>;
}

interface Blobs {
  digest: Digest;
  bytes: BigInteger;
  media_type: string;
  width: number | null;
  height: number | null;
  created_at: Timestamp;
  last_used_at: Timestamp;
}

interface Artifacts {
  uuid: ArtifactUUID;
  digest: Digest;
  owner_uuid: OwnerUUID;
  kind: "input" | "image" | "mask";
  task_uuid: TaskUUID | null;
  created_at: Timestamp;
  last_used_at: Timestamp;
  deleted_at: NullableTimestamp;
}

interface Conversions {
  source: Digest;
  format: string;
  quality: number;
  digest: Digest;
  created_at: Timestamp;
}

interface Secrets {
  name: string;
  value: Buffer;
  created_at: Timestamp;
}

/** Numbers that an admin has set while everything runs. */
interface ChangedSettings {
  name: string;
  value: number;
  changed_at: Timestamp;
}

interface CachedResults {
  key: string;
  owner_uuid: OwnerUUID;
  output: ColumnType<unknown, string, string>;
  created_at: Timestamp;
  last_used_at: Timestamp;
}

interface Events {
  xid: ColumnType<string, never, never>;
  id: ColumnType<string, never, never>;
  at: Timestamp;
  type: string;
  owner_uuid: OwnerUUID;
  batch_uuid: BatchUUID | null;
  run_uuid: RunUUID | null;
  task_uuid: TaskUUID | null;
  data: Json<Record<string, unknown>>;
}

interface Audit {
  id: ColumnType<string, never, never>;
  at: Timestamp;
  owner_uuid: OwnerUUID;
  actor: string;
  action: string;
  target: string;
  detail: Json<Record<string, unknown>>;
}

interface WrittenFiles {
  path: string;
  owner_uuid: OwnerUUID;
  run_uuid: RunUUID;
  digest: Digest;
  format: string;
  written_at: Timestamp;
}

interface ApiTasks {
  owner_uuid: OwnerUUID;
  task_uuid: TaskUUID;
  task_type: string;
  digest: string;
  request: Json<Record<string, unknown>>;
  /** Null, as the run, where it was answered without one. */
  delivery: NullableJson;
  run_uuid: RunUUID | null;
  answer: NullableJson;
  created_at: Timestamp;
  follow_up: Generated<boolean>;
  holder: string | null;
  held_until: NullableTimestamp;
}

interface ApiResults {
  owner_uuid: OwnerUUID;
  task_uuid: TaskUUID;
  step: string;
  upload: NullableJson;
  webhook_attempts: Generated<number>;
  webhook_at: NullableTimestamp;
  webhook_end: "told" | "givenUp" | null;
}

interface Workers {
  id: string;
  host: string;
  pid: number;
  queues: string[];
  started_at: Timestamp;
  seen_at: Timestamp;
  version: string | null;
  concurrency: ColumnType<Record<string, number>, string | undefined, string>;
  memory_bytes: NullableBigInteger;
  draining: Generated<boolean>;
  circuits: ColumnType<OpenCircuit[], string | undefined, string>;
}

/** The tables as Kysely sees them; migrations/ makes them. */
export interface Schema
  extends ActionTables,
    BatchTables,
    ReviewTables,
    WorkflowTables,
    CallTables,
    RecordTables,
    NotificationTables {
  owners: Owners;
  keys: Keys;
  workflows: Workflows;
  runs: Runs;
  tasks: Tasks;
  attempts: Attempts;
  blobs: Blobs;
  artifacts: Artifacts;
  conversions: Conversions;
  secrets: Secrets;
  changed_settings: ChangedSettings;
  cached_results: CachedResults;
  events: Events;
  audit: Audit;
  workers: Workers;
  written_files: WrittenFiles;
  api_tasks: ApiTasks;
  api_results: ApiResults;
}
