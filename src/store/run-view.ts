import { type Kysely, type RawBuilder, type Selectable, sql } from "kysely";
import { ArtifactUUID, type OwnerUUID, type RunUUID } from "../contracts/ids.ts";
import type { ParkedStatus, RunView } from "../contracts/run.ts";
import { namingFile } from "../errors.ts";
import { PARKED } from "./parked-runs.ts";
import type { Schema } from "./schema.ts";

/* A run's row as the API, the CLI and the dashboard see it. */

export type RunRow = Omit<Selectable<Schema["runs"]>, "facets" | "search"> & { workflow: string };

const COLUMNS = sql.raw(
  [
    "uuid, batch_uuid, owner_uuid, workflow_digest, file, status, identity, inputs, output, outputs, error, warnings",
    "derived_from, follows, reuses, tags, traceparent, created_at, started_at, ended_at, models, providers, cost, seam, sharpness, duration_ms",
  ]
    .flatMap((line) => line.split(", "))
    .map((column) => `r.${column}`)
    .join(", "),
);

/** The statement that reads runs `r` of batches `b`. @param which a condition, and what follows one */
export function selectRuns(owner: OwnerUUID, which: RawBuilder<unknown>): RawBuilder<RunRow> {
  return sql<RunRow>`select ${COLUMNS}, b.workflow_name as workflow
    from runs r join batches b on b.uuid = r.batch_uuid where r.owner_uuid = ${owner} and ${which}`;
}

/** What only its tasks know of a run. */
interface Found {
  readonly run_uuid: RunUUID;
  readonly mask: string | null;
  readonly parked: ParkedStatus | null;
}

/** The runs as they are shown, in the same order. */
export async function withPictures(db: Kysely<Schema>, rows: readonly RunRow[]): Promise<RunView[]> {
  if (rows.length === 0) return [];
  const { rows: found } = await sql<Found>`
    select r.uuid as run_uuid, ${PARKED} as parked,
      (array_agg(t.output->>'maskImage' order by t.seq) filter (where t.output->>'maskImage' is not null))[1] as mask
    from runs r join tasks t on t.run_uuid = r.uuid
    where r.uuid = any(${rows.map((row) => row.uuid)}::uuid[]) group by r.uuid`.execute(db);
  const byRun = new Map(found.map((one) => [one.run_uuid, one]));
  return rows.map((row) => runView(row, byRun.get(row.uuid)));
}

function runView(row: RunRow, found: Found | undefined): RunView {
  return {
    runUUID: row.uuid,
    batchUUID: row.batch_uuid,
    workflow: row.workflow,
    workflowDigest: row.workflow_digest,
    file: row.file,
    status: row.status,
    ...(found?.parked == null ? {} : { parked: found.parked }),
    inputs: row.inputs,
    output: row.output,
    outputs: row.outputs,
    error: row.error === null ? null : namingFile(row.error, row.file),
    warnings: row.warnings,
    derivedFrom: row.derived_from,
    ...(row.reuses === null ? {} : { reuses: row.reuses }),
    ...(row.follows === null || row.status !== "queued" ? {} : { follows: row.follows }),
    tags: row.tags,
    pictures: { input: firstPicture(row.inputs), mask: uuidOf(found?.mask), output: row.output },
    cost: numberOf(row.cost),
    quality: { seam: row.seam, sharpnessGain: row.sharpness },
    durationMs: numberOf(row.duration_ms),
    createdAt: row.created_at.toISOString(),
    startedAt: iso(row.started_at),
    endedAt: iso(row.ended_at),
  };
}

/** Among a run's inputs a picture is an artifact with its UUID and what its file said; one that is called `image` goes first. */
export function firstPicture(inputs: Readonly<Record<string, unknown>>): ArtifactUUID | null {
  const values = [inputs["image"], ...Object.values(inputs)].map((value) =>
    typeof value === "object" && value !== null && "uuid" in value ? uuidOf(value.uuid) : null,
  );
  return values.find((uuid) => uuid !== null) ?? null;
}

function uuidOf(value: unknown): ArtifactUUID | null {
  const uuid = ArtifactUUID.safeParse(value);
  return uuid.success ? uuid.data : null;
}

const numberOf = (value: string | null | undefined): number | null =>
  value === null || value === undefined ? null : Math.max(0, Number(value));

export function iso(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}
