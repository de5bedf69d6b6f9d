import path from "node:path";
import pLimit from "p-limit";
import type { RunUUID } from "../../contracts/ids.ts";
import { MaskloomError, toMaskloomError } from "../../errors.ts";
import { withPictures } from "../../runs/finished-runs.ts";
import { type IngestedImage, ingestImage } from "../../runs/ingest.ts";
import { mentionsRun } from "../../runs/mentions-run.ts";
import { metaIdentity } from "../../runs/picture-meta.ts";
import type { Services } from "../../runs/services.ts";
import { runIdentity, type Submission, submitRuns } from "../../runs/submit.ts";
import { cancelRuns } from "../../store/cancel.ts";
import { throughOutages } from "../../store/connection-loss.ts";
import { LOCAL_OWNER } from "../../store/owners.ts";
import { findFinishedRuns } from "../../store/resume.ts";
import { refuseForeign } from "./deliver.ts";
import type { RunBatch } from "./open-run-batch.ts";
import { withSidecar } from "./picture-values.ts";
import type { PlannedRun, RunPlan } from "./planned-run.ts";
import { inPortions } from "./portions.ts";
import { Leaders } from "./shared-runs.ts";

/** A run whose end concerns a picture. */
export interface ExpectedRun {
  readonly runUUID: RunUUID;
  readonly planned: PlannedRun;
  /** Taken from an earlier command, or from another picture of this one. */
  readonly reused: boolean;
}

export interface PlannedSubmission {
  readonly services: Services;
  readonly plan: RunPlan;
  readonly opened: RunBatch;
  readonly overwrite: boolean;
  readonly signal: AbortSignal;
  /** Waits until the ends of at most so many pictures are waited for. */
  readonly room: (atMost: number) => Promise<void>;
  /** Waits until what begins may cost something. */
  readonly money: () => Promise<void>;
  /** Called before the first run that a worker has to do. */
  readonly beforeWork: () => void;
  /** A run that will end. */
  readonly onRun: (expected: ExpectedRun) => void;
  /** A run that has ended already. */
  readonly onFinished: (expected: ExpectedRun) => void;
  /** Whether the end of a run is still waited for. */
  readonly isExpected: (runUUID: RunUUID) => boolean;
  /** What is odd about what stands beside a picture. */
  readonly onWarnings: (warnings: readonly string[]) => void;
}

/** Pictures looked at, and submitted, in one go. */
const PORTION = 16;
/** Pictures under way beyond which nothing is added: they are taken in as they are needed. */
const UNDER_WAY = 96;
const READS_AT_ONCE = 4;

interface Candidate {
  readonly planned: PlannedRun;
  /** Null where the picture cannot be read. */
  readonly identity: string | null;
}

/**
 * Hands the plan over portion by portion: what is finished is reused, what still goes on is adopted, pictures that are
 * the same work share a run, and the rest begins.
 */
export async function submitPlannedRuns(submission: PlannedSubmission): Promise<void> {
  const { services, plan, opened, signal, room } = submission;
  const adoptable = new Map(opened.unfinished.map((run) => [keyOf(run.file, run.identity), run.runUUID]));
  const leaders = new Leaders(opened.batch.workflow, submission.isExpected);
  if (adoptable.size > 0) submission.beforeWork();
  for await (const portion of inPortions(plan.runs(), PORTION)) {
    await room(UNDER_WAY);
    if (signal.aborted) return;
    const candidates = await identify(submission, portion);
    const alone = candidates.filter((candidate) => !follow(submission, leaders, candidate));
    const finished = await findFinished(submission, alone);
    const fresh = alone.filter(({ planned, identity }) => {
      const { name } = planned.file;
      const done = finished.get(name);
      if (done !== undefined) {
        submission.onFinished({ runUUID: done, planned, reused: true });
        return false;
      }
      const adopted = identity === null ? undefined : adoptable.get(keyOf(name, identity));
      if (adopted === undefined) return true;
      adoptable.delete(keyOf(name, identity));
      leaders.add(identity, adopted);
      submission.onRun({ runUUID: adopted, planned, reused: false });
      return false;
    });
    if (fresh.length > 0) await submission.money();
    if (signal.aborted) return;
    await begin(submission, leaders, fresh);
    if (signal.aborted) return;
  }
  if (!signal.aborted) await cancelLeftOver(services, [...adoptable.values()]);
}

const keyOf = (file: string, identity: string | null): string => JSON.stringify([file, identity]);

/** Whether another picture that is the same work is under way: this one then waits for its end. */
function follow(submission: PlannedSubmission, leaders: Leaders, { planned, identity }: Candidate): boolean {
  const leader = leaders.of(identity);
  if (leader === null) return false;
  submission.onRun({ runUUID: leader, planned, reused: true });
  return true;
}

/** @param digests of the picture, then of its masks */
const identityOf = (
  { batch }: RunBatch,
  { file, inputs, said }: PlannedRun,
  digests: readonly string[],
): string => runIdentity(batch, digests, inputs, metaIdentity(batch.workflow, file.name, said));

function identify(
  { plan, opened, onWarnings }: PlannedSubmission,
  portion: readonly PlannedRun[],
): Promise<Candidate[]> {
  const limit = pLimit(READS_AT_ONCE);
  const one = async (given: PlannedRun): Promise<Candidate> => {
    const { planned, warnings } = await withSidecar(plan, given);
    onWarnings(warnings.map((warning) => `${planned.file.given}: ${warning}`));
    const digests = planned.problem === null ? await digestsOf(plan, planned) : null;
    return { planned, identity: digests === null ? null : identityOf(opened, planned, digests) };
  };
  return Promise.all(portion.map((planned) => limit(one, planned)));
}

/** Null where one of its files cannot be read; whoever submits it meets the reason. */
async function digestsOf({ files }: Pick<RunPlan, "files">, { file, masks }: PlannedRun) {
  const digests: string[] = [];
  try {
    for (const one of [file.path, ...Object.values(masks)]) digests.push(await files.digest(one));
    return digests;
  } catch {
    return null;
  }
}

/** Of earlier commands, and of other pictures of this one. */
async function findFinished(
  { services, opened, overwrite }: PlannedSubmission,
  candidates: readonly Candidate[],
): Promise<ReadonlyMap<string, RunUUID>> {
  const wanted = candidates.flatMap(({ planned, identity }) =>
    identity === null ? [] : [{ file: planned.file.name, identity }],
  );
  if (overwrite && mentionsRun(opened.batch.workflow)) return new Map();
  const which = {
    ...(overwrite ? { batch: opened.batch.batchUUID } : {}),
    sameFile: mentionsRun(opened.batch.workflow),
  };
  const finished = await throughOutages(() =>
    findFinishedRuns(services.store.db, LOCAL_OWNER, opened.scope, wanted, which),
  );
  const there = await withPictures(services.artifacts, LOCAL_OWNER, finished);
  return new Map([...there].map(([file, { runUUID }]) => [file, runUUID]));
}

/**
 * Those that are the same work within the portion, too, are begun once: nobody waits for one that could not even be
 * prepared, or that was another picture when its turn came.
 */
async function begin(
  submission: PlannedSubmission,
  leaders: Leaders,
  fresh: readonly Candidate[],
): Promise<void> {
  if (fresh.length === 0) return;
  submission.beforeWork();
  const { services, opened } = submission;
  const { first, others } = leaders.divide(fresh);
  const submissions = first.map(({ planned }) => submissionOf(submission, planned));
  const submitted = await submitRuns(services.store, opened.batch, submissions, { write: throughOutages });
  for (const [index, { runUUID, identity }] of submitted.entries()) {
    const candidate = first[index];
    if (candidate === undefined) continue;
    leaders.add(identity, runUUID);
    submission.onRun({ runUUID, planned: candidate.planned, reused: false });
  }
  const left = others.filter((candidate) => !follow(submission, leaders, candidate));
  await begin(submission, leaders, left);
}

function submissionOf(
  { services, plan, opened, overwrite }: PlannedSubmission,
  planned: PlannedRun,
): Submission {
  const { file, inputs, said, problem } = planned;
  const prepare = async () => {
    const { artifacts, config } = services;
    const bytes = await plan.files.read(file.path);
    const taken = await ingestImage(artifacts, LOCAL_OWNER, bytes, file.name, config.limits, said);
    const masks = await ingestMasks(services, plan, planned);
    const digests = [taken, ...Object.values(masks)].map(({ digest }) => digest);
    const values = Object.fromEntries(Object.entries(masks).map(([name, { value }]) => [name, value]));
    return {
      inputs: { ...inputs, ...values, [plan.picture]: taken.value },
      identity: identityOf(opened, planned, digests),
    };
  };
  return {
    file: file.name,
    prepare: async () => {
      if (problem !== null) throwNamed(problem, file.given);
      if (!overwrite) {
        await throughOutages(() => refuseForeign(services, plan, planned.output));
      }
      return throughOutages(prepare).catch((error: unknown) => throwNamed(error, file.given));
    },
  };
}

async function ingestMasks(
  { artifacts, config }: Services,
  { files }: Pick<RunPlan, "files">,
  { masks }: PlannedRun,
): Promise<Record<string, IngestedImage>> {
  const taken: [string, IngestedImage][] = [];
  for (const [name, file] of Object.entries(masks)) {
    const ingest = async () =>
      ingestImage(artifacts, LOCAL_OWNER, await files.read(file), path.basename(file), config.limits);
    taken.push([name, await ingest().catch((error: unknown) => throwNamed(error, file))]);
  }
  return Object.fromEntries(taken);
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
