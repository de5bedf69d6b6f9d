import { type RawBuilder, sql } from "kysely";

/** Each has an index of its own that holds nothing else; `status in (…)` would be answered by reading all that ever was. */
const OPEN = [
  sql`status = 'queued' and delivered_at is null`,
  sql`status = 'queued' and delivered_at is not null`,
  sql`status = 'running'`,
];

/** A query of these columns of the tasks that wait in a queue or are being worked on. */
export const selectOpenTasks = (columns: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql.join(
    OPEN.map((which) => sql`select ${columns} from tasks where ${which}`),
    sql` union all `,
  );
