import { type Kysely, sql } from "kysely";
import type { OwnerUUID, TaskUUID } from "../contracts/ids.ts";
import type { ProviderHealth, ProviderTest, ProviderView } from "../contracts/provider-list.ts";
import type { ErrorRecord } from "../errors.ts";
import { toJson } from "./json.ts";
import { IS_LIVING } from "./living-workers.ts";
import { parkedOf } from "./parked.ts";
import type { Schema } from "./schema.ts";

/** How a provider is, as far as the rows tell. */
export interface ProviderState extends Pick<ProviderView, "health" | "parked"> {}

interface StateRow {
  provider: string;
  under_way: string;
  answered_at: Date | null;
  failure: { at: string; error: ErrorRecord | null; owner: OwnerUUID; task: TaskUUID } | null;
  held: string;
  uncertain: string;
  test: {
    at: string;
    milliseconds: number | null;
    says: string | null;
    models: string[];
    error: ErrorRecord | null;
  } | null;
  circuits: ProviderHealth["circuits"] | null;
}

const iso = (time: string) => new Date(time).toISOString();

/**
 * By provider.
 * @param seesAll whether what failed is told whoever asked for it; otherwise only of the owner's own
 */
export async function readProviderStates(
  db: Kysely<Schema>,
  { owner, seesAll }: { readonly owner: OwnerUUID; readonly seesAll: boolean },
  providers: readonly string[],
): Promise<ReadonlyMap<string, ProviderState>> {
  const lastOf = (state: string) => sql`
    (select c.ended_at, c.error, c.owner_uuid, c.task_uuid from calls c where c.provider = p and c.state = ${state} and c.ended_at is not null
      order by c.ended_at desc limit 1)`;
  const { rows } = await sql<StateRow>`
    with parked as materialized (
      select t.provider, count(*) filter (where t.status = 'held') as held, count(*) filter (where t.status <> 'held') as uncertain
      from tasks t where t.owner_uuid = ${owner} and ${parkedOf(sql`owner_uuid = ${owner}`)} group by t.provider
    )
    select p as provider,
      (select count(*) from calls c where c.provider = p and c.state = 'sent') as under_way,
      (select ended_at from ${lastOf("answered")} a) as answered_at,
      (select jsonb_build_object('at', f.ended_at, 'error', f.error, 'owner', f.owner_uuid, 'task', f.task_uuid)
        from (${lastOf("failed")} union all ${lastOf("uncertain")}) f order by f.ended_at desc limit 1) as failure,
      coalesce(w.held, 0) as held, coalesce(w.uncertain, 0) as uncertain,
      (select to_jsonb(t) from provider_tests t where t.provider = p) as test,
      (select jsonb_agg(jsonb_build_object('worker', o.id, 'host', o.host, 'since', c ->> 'since',
          'nextTryAt', c ->> 'nextTryAt') order by c ->> 'since', o.id)
        from workers o cross join lateral jsonb_array_elements(o.circuits) c
        where c ->> 'provider' = p and ${IS_LIVING}) as circuits
    from unnest(${providers}::text[]) p left join parked w on w.provider = p`.execute(db);
  return new Map(rows.map((row) => [row.provider, stateOf(row, seesAll ? null : owner)]));
}

/** @param reader whose failures are told; null = everybody's */
function stateOf(row: StateRow, reader: OwnerUUID | null): ProviderState {
  const { failure, test } = row;
  const isTold = failure !== null && (reader === null || failure.owner === reader);
  return {
    health: {
      underWay: Number(row.under_way),
      answeredAt: row.answered_at?.toISOString() ?? null,
      failure: failure && {
        at: iso(failure.at),
        code: failure.error?.code ?? "INTERNAL",
        error: isTold ? failure.error : null,
        taskUUID: isTold ? failure.task : null,
      },
      circuits: row.circuits ?? [],
      test: test && {
        at: iso(test.at),
        milliseconds: test.milliseconds,
        says: test.says,
        models: test.models,
        error: test.error,
      },
    },
    parked: { held: Number(row.held), uncertain: Number(row.uncertain) },
  };
}

/** Keeps what a provider answered, in place of what it did before. */
export async function saveProviderTest(
  db: Kysely<Schema>,
  provider: string,
  { at, milliseconds, says, models, error }: ProviderTest,
): Promise<void> {
  const row = { at: new Date(at), milliseconds, says, models: toJson(models), error: error && toJson(error) };
  await db
    .insertInto("provider_tests")
    .values({ provider, ...row })
    .onConflict((conflict) => conflict.column("provider").doUpdateSet(row))
    .execute();
}
