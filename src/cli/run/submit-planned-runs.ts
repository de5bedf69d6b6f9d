import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import pLimit from "p-limit";
import type { RunUUID } from "../../contracts/ids.ts";
import { MaskloomError, toMaskloomError } from "../../errors.ts";
import { ingestImage } from "../../runs/ingest.ts";
import type { Services } from "../../runs/services.ts";
import { runIdentity, type Submission, submitRuns } from "../../runs/submit.ts";
import { cancelRuns } from "../../store/cancel.ts";
import { throughOutages } from "../../store/connection-loss.ts";
import { LOCAL_OWNER } from "../../store/owners.ts";
import { findFinishedRuns } from "../../store/resume.ts";
import { readImageFile } from "../detect-files.ts";
import { refuseForeign } from "./deliver.ts";
import type { RunBatch } from "./open-run-batch.ts";
import type { PlannedRun, RunPlan } from "./run-plan.ts";

export interface PlannedSubmission {
  readonly services: Services;
  readonly plan: RunPlan;
  readonly opened: RunBatch;
  readonly overwrite: boolean;
  readonly signal: AbortSignal;
  /** Waits until at most so many runs are under way. */
  readonly room: (atMost: number) => Promise<void>;
  /** Called before the first run that a worker has to do. */
  readonly beforeWork: () => void;
  /** A run that will end; `at` is its place in the plan. */
  readonly onRun: (runUUID: RunUUID, at: number) => void;
  /** A run that an earlier command finished. */
  readonly onFinished: (runUUID: RunUUID, at: number) => void;
}

/** Pictures looked at, and submitted, in one go. */
const CHUNK = 16;
/** Runs under way beyond which nothing is added: pictures are taken in as they are needed. */
const UNDER_WAY = 96;
const READS_AT_ONCE = 4;

interface Candidate {
  readonly at: number;
  readonly planned: PlannedRun;
  /** Null where the picture cannot be read. */
  readonly identity: string | null;
}

/** Hands the plan over chunk by chunk: what is finished is reused, what still goes on is adopted, the rest begins. */
export async function submitPlannedRuns(submission: PlannedSubmission): Promise<void> {
  const { services, plan, opened, signal, room } = submission;
  const adoptable = new Map(opened.unfinished.map((run) => [keyOf(run.file, run.identity), run.runUUID]));
  if (adoptable.size > 0) submission.beforeWork();
  for (let start = 0; start < plan.runs.length && !signal.aborted; start += CHUNK) {
    await room(UNDER_WAY);
    if (signal.aborted) return;
    const candidates = await identify(submission, start);
    const finished = await findFinished(submission, candidates);
    const fresh = candidates.filter(({ at, planned, identity }) => {
      const { name } = planned.file;
      const done = finished.get(name);
      if (done !== undefined) {
        submission.onFinished(done, at);
        return false;
      }
      const adopted = identity === null ? undefined : adoptable.get(keyOf(name, identity));
      if (adopted === undefined) return true;
      adoptable.delete(keyOf(name, identity));
      submission.onRun(adopted, at);
      return false;
    });
    if (fresh.length > 0) await begin(submission, fresh);
  }
  if (!signal.aborted) await cancelLeftOver(services, [...adoptable.values()]);
}

const keyOf = (file: string, identity: string | null): string => JSON.stringify([file, identity]);

function identify({ plan, opened }: PlannedSubmission, start: number): Promise<Candidate[]> {
  const limit = pLimit(READS_AT_ONCE);
  const one = async (planned: PlannedRun, index: number): Promise<Candidate> => {
    const digest = planned.problem === null ? await digestOfFile(planned.file.path) : null;
    const identity = digest === null ? null : runIdentity(opened.batch, [digest], planned.inputs);
    return { at: start + index, planned, identity };
  };
  return Promise.all(
    plan.runs.slice(start, start + CHUNK).map((planned, index) => limit(one, planned, index)),
  );
}

/** Null where the file cannot be read; whoever submits it meets the reason. */
async function digestOfFile(file: string): Promise<string | null> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(file), hash);
    return hash.digest("hex");
  } catch {
    return null;
  }
}

async function findFinished(
  { services, opened, overwrite }: PlannedSubmission,
  candidates: readonly Candidate[],
): Promise<ReadonlyMap<string, RunUUID>> {
  if (overwrite) return new Map();
  const wanted = candidates.flatMap(({ planned, identity }) =>
    identity === null ? [] : [{ file: planned.file.name, identity }],
  );
  const finished = await throughOutages(() =>
    findFinishedRuns(services.store.db, LOCAL_OWNER, opened.scope, wanted),
  );
  /* A result that somebody removed from the artifacts is made again. */
  const there = await Promise.all(
    [...finished].map(async ([file, { runUUID, output }]) => {
      const has = output === null || (await services.artifacts.has(LOCAL_OWNER, output));
      return has ? [[file, runUUID] as const] : [];
    }),
  );
  return new Map(there.flat());
}

async function begin(submission: PlannedSubmission, fresh: readonly Candidate[]): Promise<void> {
  submission.beforeWork();
  const submissions = fresh.map(({ planned }) => submissionOf(submission, planned));
  const { services, opened } = submission;
  const submitted = await submitRuns(services.store, opened.batch, submissions, throughOutages);
  for (const [index, { runUUID }] of submitted.entries()) {
    const candidate = fresh[index];
    if (candidate !== undefined) submission.onRun(runUUID, candidate.at);
  }
}

function submissionOf(
  { services, plan, opened, overwrite }: PlannedSubmission,
  planned: PlannedRun,
): Submission {
  const { file, inputs, problem } = planned;
  const prepare = async () => {
    if (problem !== null) throw problem;
    const bytes = await readImageFile(file.path);
    const taken = await ingestImage(
      services.artifacts,
      LOCAL_OWNER,
      bytes,
      file.name,
      services.config.limits,
    );
    return {
      inputs: { ...inputs, [plan.picture]: taken.value },
      identity: runIdentity(opened.batch, [taken.digest], inputs),
    };
  };
  return {
    file: file.name,
    prepare: async () => {
      if (!overwrite) {
        await throughOutages(() => refuseForeign(services, path.join(plan.out, planned.output)));
      }
      return throughOutages(prepare).catch((error: unknown) => throwNamed(error, file.given));
    },
  };
}

function throwNamed(error: unknown, file: string): never {
  const { code, message } = toMaskloomError(error);
  throw new MaskloomError(code, `${file}: ${message}`, { cause: error });
}

/** Runs of pictures that are gone or have changed, or that a kill caught before they had begun. */
async function cancelLeftOver(services: Services, runs: readonly RunUUID[]): Promise<void> {
  if (runs.length === 0) return;
  await throughOutages(() => cancelRuns(services.store.db, LOCAL_OWNER, { runs }));
  services.store.wakeUps.notify("cancelled");
}
