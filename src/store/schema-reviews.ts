import type { ColumnType } from "kysely";
import type { KeyId } from "../contracts/caller.ts";
import type { TaskUUID } from "../contracts/ids.ts";
import type { JsonObject } from "../contracts/json.ts";
import type { Decision } from "../contracts/review.ts";

interface ReviewDecisions {
  task_uuid: TaskUUID;
  round: number;
  decision: Decision | "timeout";
  detail: ColumnType<JsonObject, string, string>;
  actor: string;
  key: KeyId | null;
  at: ColumnType<Date, Date | undefined, Date>;
}

/** Tables of what people decide about pictures. */
export interface ReviewTables {
  review_decisions: ReviewDecisions;
}
