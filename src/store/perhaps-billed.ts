import { sql } from "kysely";

/**
 * The warnings of a task `t` that is cancelled, with one for each of its calls that costs money and was under way: nobody
 * takes it back, and whoever reads the bill should know of it.
 */
export const WARNED_OF_BILLS = sql`t.warnings || coalesce((
  select jsonb_agg(format('its call to %s was under way when it was cancelled: it may still be billed, and $%s stay reserved for it',
    c.provider, trim_scale(c.reserved_cost)) order by c.created_at)
  from calls c where c.task_uuid = t.uuid and c.state = 'sent' and c.reserved_cost > 0), '[]'::jsonb)`;
