import { sql } from "kysely";

/**
 * For a statement whose loss in a crash of the database costs only time: a lease, a heartbeat or a hand-over to the
 * queue that never happened is made again by the sweeper, so its commit need not wait for the disk.
 * Use as a materialised CTE that the statement joins, or it is never evaluated.
 */
export const RELAXED = sql`select set_config('synchronous_commit', 'off', true)`;
