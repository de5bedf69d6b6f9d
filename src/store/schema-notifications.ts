import type { ColumnType, Generated } from "kysely";

interface Notifications {
  uuid: Generated<string>;
  /** What it is about: nothing is told twice. */
  key: string;
  body: ColumnType<unknown, string, never>;
  created_at: ColumnType<Date, never, never>;
  attempts: Generated<number>;
  next_at: ColumnType<Date, never, Date>;
  ended_at: ColumnType<Date | null, never, Date>;
  /** Why the last attempt failed. */
  reason: string | null;
}

export interface NotificationTables {
  notifications: Notifications;
}
