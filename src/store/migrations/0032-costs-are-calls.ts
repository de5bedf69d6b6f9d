import { type Kysely, sql } from "kysely";

/**
 * What tasks and runs cost is what is booked for their calls. It was what the last attempt of a task came to: what retries
 * and rerolls had paid before was lost, and a result from the cache counted again.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const [table, key] of [
    ["tasks", "task_uuid"],
    ["runs", "run_uuid"],
  ]) {
    await sql
      .raw(`
    update ${table} set cost = s.cost
    from (
      select o.uuid, paid.cost from ${table} o left join (
        select ${key}, sum(case when state in ('failed', 'absent') then 0 else coalesce(real_cost, reserved_cost) end) as cost
        from calls where reserved_cost > 0 or real_cost > 0 group by ${key}
      ) paid on paid.${key} = o.uuid
      where o.cost is distinct from paid.cost
    ) s
    where ${table}.uuid = s.uuid`)
      .execute(db);
  }
}
