import type { ColumnType } from "kysely";
import type { ArtifactUUID, OwnerUUID, TaskUUID } from "../contracts/ids.ts";
import type { LogLevel } from "../contracts/task-records.ts";
import type { ErrorRecord } from "../errors.ts";

interface TaskCrops {
  task_uuid: TaskUUID;
  attempt: number;
  candidate: number;
  region: number;
  tries: number;
  box: number[];
  turned: number;
  width: number;
  height: number;
  sent: ArtifactUUID | null;
  mask: ArtifactUUID | null;
  received: ArtifactUUID | null;
  provider: string | null;
  model: string | null;
  call_uuid: string | null;
  /** node-postgres hands out numeric as text. */
  seed: ColumnType<string | null, number | null, number | null>;
  cost: ColumnType<string | null, number | null, number | null>;
  sent_at: ColumnType<Date, Date, Date>;
  /** Null until it has come back. */
  ms: number | null;
  error: ColumnType<ErrorRecord | null, string | null, string | null>;
}

interface TaskLogs {
  id: ColumnType<string, never, never>;
  task_uuid: TaskUUID;
  attempt: number;
  at: ColumnType<Date, Date, Date>;
  level: LogLevel;
  message: string;
  data: ColumnType<Record<string, unknown>, string, string>;
}

interface CollectedPictures {
  uuid: ArtifactUUID;
  owner_uuid: OwnerUUID;
  collected_at: ColumnType<Date, Date | undefined, Date>;
}

/** What workers write down of a task beside its result, and what is known of pictures that are gone. */
export interface RecordTables {
  collected_pictures: CollectedPictures;
  task_crops: TaskCrops;
  task_logs: TaskLogs;
}
