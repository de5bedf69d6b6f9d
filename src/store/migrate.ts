import { setTimeout as delay } from "node:timers/promises";
import { type Kysely, type Migration, type MigrationResultSet, Migrator, sql } from "kysely";
import { MaskloomError } from "../errors.ts";
import * as initial from "./migrations/0001-initial.ts";
import * as writtenFiles from "./migrations/0002-written-files.ts";
import * as unfinishedWork from "./migrations/0003-unfinished-work.ts";
import * as cachedResultsByOwner from "./migrations/0004-cached-results-by-owner.ts";
import * as workflowNameOfABatch from "./migrations/0005-workflow-name-of-a-batch.ts";
import * as apiTasks from "./migrations/0006-api-tasks.ts";
import * as keys from "./migrations/0007-keys.ts";
import * as pictures from "./migrations/0008-pictures.ts";
import * as actions from "./migrations/0009-actions.ts";
import * as followers from "./migrations/0010-followers.ts";
import * as runFacts from "./migrations/0011-run-facts.ts";
import * as workersAndSessions from "./migrations/0012-workers-and-sessions.ts";
import * as reviews from "./migrations/0013-reviews.ts";
import * as runFactsWithTheRun from "./migrations/0014-run-facts-with-the-run.ts";
import * as savedWorkflows from "./migrations/0015-saved-workflows.ts";
import * as auditListsAndDraining from "./migrations/0016-audit-lists-and-draining.ts";
import * as calls from "./migrations/0017-calls.ts";
import * as inputsOfBatchItems from "./migrations/0018-inputs-of-batch-items.ts";
import * as callsByTime from "./migrations/0019-calls-by-time.ts";
import * as apiTasksByAge from "./migrations/0020-api-tasks-by-age.ts";
import * as whatWasSpentTwice from "./migrations/0021-what-was-spent-twice.ts";
import * as decisionsByTime from "./migrations/0022-decisions-by-time.ts";
import * as providers from "./migrations/0023-providers.ts";
import * as taskRecords from "./migrations/0024-task-records.ts";
import * as providerLimitsAndUploads from "./migrations/0025-provider-limits-and-uploads.ts";
import * as owners from "./migrations/0026-owners.ts";
import * as traces from "./migrations/0027-traces.ts";
import * as notifications from "./migrations/0028-notifications.ts";
import * as spilling from "./migrations/0029-spilling.ts";
import * as ownersWithLimits from "./migrations/0030-owners-with-limits.ts";
import * as uncertainCalls from "./migrations/0031-uncertain-calls.ts";
import * as costsAreCalls from "./migrations/0032-costs-are-calls.ts";
import * as batchesBesideEarlierOnes from "./migrations/0033-batches-beside-earlier-ones.ts";
import * as answeredTasks from "./migrations/0034-answered-tasks.ts";
import * as changedSettings from "./migrations/0035-changed-settings.ts";
import * as cropsUnderWay from "./migrations/0036-crops-under-way.ts";
import * as previews from "./migrations/0037-previews.ts";
import * as failedTasksOfABatch from "./migrations/0038-failed-tasks-of-a-batch.ts";
import * as waitingByOwner from "./migrations/0039-waiting-by-owner.ts";
import * as collectedPictures from "./migrations/0040-collected-pictures.ts";
import * as collectedByOwner from "./migrations/0041-collected-by-owner.ts";
import * as leaseOfATask from "./migrations/0042-lease-of-a-task.ts";
import { withDatabaseAdvice } from "./postgres/postgres-failure.ts";
import type { Schema } from "./schema.ts";

/** In the order of their names. A migration that has landed is never edited. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  "0001-initial": initial,
  "0002-written-files": writtenFiles,
  "0003-unfinished-work": unfinishedWork,
  "0004-cached-results-by-owner": cachedResultsByOwner,
  "0005-workflow-name-of-a-batch": workflowNameOfABatch,
  "0006-api-tasks": apiTasks,
  "0007-keys": keys,
  "0008-pictures": pictures,
  "0009-actions": actions,
  "0010-followers": followers,
  "0011-run-facts": runFacts,
  "0012-workers-and-sessions": workersAndSessions,
  "0013-reviews": reviews,
  "0014-run-facts-with-the-run": runFactsWithTheRun,
  "0015-saved-workflows": savedWorkflows,
  "0016-audit-lists-and-draining": auditListsAndDraining,
  "0017-calls": calls,
  "0018-inputs-of-batch-items": inputsOfBatchItems,
  "0020-api-tasks-by-age": apiTasksByAge,
  "0019-calls-by-time": callsByTime,
  "0021-what-was-spent-twice": whatWasSpentTwice,
  "0022-decisions-by-time": decisionsByTime,
  "0023-providers": providers,
  "0024-task-records": taskRecords,
  "0025-provider-limits-and-uploads": providerLimitsAndUploads,
  "0026-owners": owners,
  "0027-traces": traces,
  "0028-notifications": notifications,
  "0029-spilling": spilling,
  "0030-owners-with-limits": ownersWithLimits,
  "0031-uncertain-calls": uncertainCalls,
  "0032-costs-are-calls": costsAreCalls,
  "0033-batches-beside-earlier-ones": batchesBesideEarlierOnes,
  "0034-answered-tasks": answeredTasks,
  "0035-changed-settings": changedSettings,
  "0036-crops-under-way": cropsUnderWay,
  "0037-previews": previews,
  "0038-failed-tasks-of-a-batch": failedTasksOfABatch,
  "0039-waiting-by-owner": waitingByOwner,
  "0040-collected-pictures": collectedPictures,
  "0041-collected-by-owner": collectedByOwner,
  "0042-lease-of-a-task": leaseOfATask,
};

/** Longer than a backup of most databases holds its tables. */
const PATIENCE_MS = 300_000;
/** Between two tries, so that whoever waited behind the first one gets through. */
const PAUSE_MS = 1_000;
const DEADLOCK_DETECTED = "40P01";
const LOCK_NOT_AVAILABLE = "55P03";

/**
 * Brings the schema up to date. Kysely takes an advisory lock, so several processes may start at once; it has to be told the schema,
 * or it would take the tables of another installation in the same database for this one's. Where processes of the version before work
 * on, each migration is a transaction of its own, which holds few tables and those for a short time.
 */
export async function migrate(
  db: Kysely<Schema>,
  schema: string,
  migrations: Readonly<Record<string, Migration>> = MIGRATIONS,
): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...migrations }) },
    migrationTableSchema: schema,
  });
  const known = await migrator.getMigrations().catch((error: unknown) => {
    throw notApplied("the migrations", error);
  });
  const isNew = known.every(({ executedAt }) => executedAt === undefined);
  for (let wasApplied = true; wasApplied; ) {
    const { error, results = [] } = await untilUnlocked(() =>
      isNew ? migrator.migrateToLatest() : migrator.migrateUp(),
    );
    wasApplied = !isNew && results.length > 0;
    if (error === undefined) continue;
    await assertOfThisVersion(db, schema, migrations);
    const failed = results.find((result) => result.status === "Error")?.migrationName ?? "the migrations";
    throw notApplied(failed, error);
  }
}

function notApplied(what: string, error: unknown): MaskloomError {
  const message = `database: ${what} could not be applied: ${withDatabaseAdvice(error)}`;
  return new MaskloomError("ENGINE_UNAVAILABLE", message, { cause: error });
}

/** A migration that waited for a table in vain, or crosswise with somebody, has changed nothing: it is made again. */
async function untilUnlocked(step: () => Promise<MigrationResultSet>): Promise<MigrationResultSet> {
  for (const end = Date.now() + PATIENCE_MS; ; ) {
    const result = await step();
    if (!isLocked(result.error) || Date.now() > end) return result;
    await delay(PAUSE_MS);
  }
}

function isLocked(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : null;
  return code === DEADLOCK_DETECTED || code === LOCK_NOT_AVAILABLE;
}

/** @throws ENGINE_UNAVAILABLE where a migration was applied that is not known here */
async function assertOfThisVersion(
  db: Kysely<Schema>,
  schema: string,
  migrations: Readonly<Record<string, Migration>>,
): Promise<void> {
  const applied = sql<{ name: string }>`select name from ${sql.table(`${schema}.kysely_migration`)}`;
  const { rows } = await applied.execute(db).catch(() => ({ rows: [] })); // what failed before is the one to tell
  const unknown = rows.find(({ name }) => migrations[name] === undefined);
  if (unknown === undefined) return;
  throw new MaskloomError(
    "ENGINE_UNAVAILABLE",
    `database: a newer version has brought it up to date (${unknown.name}), expected one that this version knows; ` +
      "start the newer version here, too, or restore the backup from before",
  );
}
