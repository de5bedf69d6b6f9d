import pg from "pg";

/** Calls of tasks that made more than one, as they stand, with the attempts of these tasks: why somebody was billed twice. */
export async function readRepeatedCalls(
  databaseUrl: string,
): Promise<{ readonly calls: readonly object[]; readonly attempts: readonly object[] }> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  const repeated = "select task_uuid from maskloom.calls group by task_uuid having count(*) > 1";
  const calls = await client.query<object>(
    `select uuid, task_uuid, attempt, region, state, key, created_at, sent_at, ended_at, answer, error
      from maskloom.calls where task_uuid in (${repeated}) order by task_uuid, created_at`,
  );
  const attempts = await client.query<object>(
    `select task_uuid, number, worker, started_at, ended_at, outcome, error
      from maskloom.attempts where task_uuid in (${repeated}) order by task_uuid, number`,
  );
  await client.end();
  return { calls: calls.rows, attempts: attempts.rows };
}
