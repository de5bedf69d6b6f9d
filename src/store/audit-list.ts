import { type Kysely, type RawBuilder, sql } from "kysely";
import type { AuditEntryView, AuditPage, AuditQuery } from "../contracts/audit.ts";
import type { KeyId } from "../contracts/caller.ts";
import type { OwnerUUID } from "../contracts/ids.ts";
import type { Schema } from "./schema.ts";

interface Row {
  id: string;
  at: Date;
  owner: string;
  mine: boolean;
  actor: string;
  key_id: KeyId | null;
  key_name: string | null;
  action: string;
  target: string;
  detail: AuditEntryView["detail"];
}

/** Among so many entries actions are looked for. */
const LOOKED_AT = 5_000;
const KEY = /^mlk_/;

/** A page of who did what, the newest first. */
export async function listAudit(db: Kysely<Schema>, owner: OwnerUUID, query: AuditQuery): Promise<AuditPage> {
  const whose = query.scope === "all" ? sql`true` : sql`a.owner_uuid = ${owner}`;
  const conditions = [whose, ...conditionsOf(query)];
  const { rows } = await sql<Row>`
    select a.id, a.at, o.name as owner, a.owner_uuid = ${owner} as mine, a.actor, k.id as key_id, k.name as key_name,
      a.action, a.target, a.detail - 'key' as detail
    from audit a join owners o on o.uuid = a.owner_uuid left join keys k on k.id = a.detail->>'key'
    where ${sql.join(conditions, sql` and `)} order by a.id desc limit ${query.limit + 1}`.execute(db);
  const shown = rows.slice(0, query.limit);
  return {
    entries: shown.map(viewOf),
    next: rows.length > query.limit ? (shown.at(-1)?.id ?? null) : null,
    actions: await listActions(db, whose),
  };
}

function conditionsOf({ actor, action, target, before }: AuditQuery): RawBuilder<unknown>[] {
  return [
    ...(actor === undefined
      ? []
      : [KEY.test(actor) ? sql`a.detail->>'key' = ${actor}` : sql`a.actor = ${actor}`]),
    ...(action === undefined
      ? []
      : [action.includes(".") ? sql`a.action = ${action}` : sql`a.action like ${`${action}.%`}`]),
    ...(target === undefined ? [] : [sql`a.target = ${target}`]),
    ...(before === undefined ? [] : [sql`a.id < ${before}::bigint`]),
  ];
}

async function listActions(db: Kysely<Schema>, whose: RawBuilder<unknown>): Promise<string[]> {
  const { rows } = await sql<{ action: string }>`
    select distinct action from (select a.action from audit a where ${whose} order by a.id desc limit ${LOOKED_AT}) newest
    order by action`.execute(db);
  return rows.map(({ action }) => action);
}

function viewOf(row: Row): AuditEntryView {
  return {
    id: row.id,
    at: row.at.toISOString(),
    owner: row.owner,
    isMine: row.mine,
    via: row.actor,
    key: row.key_id === null ? null : { id: row.key_id, name: row.key_name },
    action: row.action,
    target: row.target,
    detail: row.detail,
  };
}
