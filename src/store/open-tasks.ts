import { type RawBuilder, sql } from "kysely";

/** Each has an index of its own that holds nothing else; `status in (…)` would be answered by reading all that ever was. */
const OPEN = [
  sql`status = 'queued' and delivered_at is null`,
  sql`status = 'queued' and delivered_at is not null`,
  sql`status = 'running'`,
];
const STANDING = [...OPEN, sql`status = 'review'`, sql`status in ('held', 'uncertain')`];

const selectWhere = (those: readonly RawBuilder<unknown>[], columns: RawBuilder<unknown>) =>
  sql.join(
    those.map((which) => sql`select ${columns} from tasks where ${which}`),
    sql` union all `,
  );

/** A query of these columns of the tasks that wait in a queue or are being worked on. */
export const selectOpenTasks = (columns: RawBuilder<unknown>): RawBuilder<unknown> =>
  selectWhere(OPEN, columns);

/** As `selectOpenTasks`, and of those that wait for a person or for money: all that have begun and not ended. */
export const selectStandingTasks = (columns: RawBuilder<unknown>): RawBuilder<unknown> =>
  selectWhere(STANDING, columns);
