import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { Config } from "../config/config.ts";
import type { WorkerSettings } from "../config/worker-settings.ts";
import { MaskloomError } from "../errors.ts";
import { ToldMetrics } from "../metrics/merge.ts";
import { endLeasesOf } from "../store/leases.ts";
import type { Store } from "../store/store.ts";

/** What a worker process tells its parent. */
const WorkerMessage = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready"), worker: z.string() }),
  z.object({ type: z.literal("failed"), code: z.string(), message: z.string() }),
  z.object({ type: z.literal("full"), memoryBytes: z.number() }),
  z.object({ type: z.literal("metrics"), metrics: ToldMetrics }),
]);

export interface SuperviseOptions {
  readonly store: Store;
  /** What the command line says; for the rest the configuration holds. */
  readonly settings?: Partial<WorkerSettings>;
  /** What of its log is shown; default: as configured. */
  readonly logLevel?: Config["logLevel"] | undefined;
  readonly onExit: (message: string) => void;
}

export interface SupervisedWorker {
  /** Resolves when the worker takes work. Rejects where it cannot even start. */
  readonly ready: Promise<void>;
  /** What it tells of itself; nothing where it does not answer soon. */
  metrics(): Promise<ToldMetrics>;
  /** Whether a process is there that has said that it takes work. */
  isWorking(): boolean;
  /** Asks it to end, and kills it after so long; its own grace period should be over by then. */
  stop(patienceMs: number): Promise<void>;
}

const FIRST_RESTART_MS = 200;
const LONGEST_RESTART_MS = 30_000;
/** A worker that never got as far as taking work will not do so by itself: a library that cannot be loaded, say. */
const MOST_FAILED_STARTS = 3;
/** A worker that lived this long crashed for another reason than its predecessor. */
const STABLE_MS = 60_000;

const METRICS_PATIENCE_MS = 2_000;

/** What `up` and `run` promise is ten seconds, with room for closing what is open. */
const GRACE_MS = 6_000;

/**
 * Runs the worker in a process of its own and starts it anew when it dies: a crash in a native library costs one attempt,
 * not the batch. The dead worker's leases end at once, so that its tasks need not wait for them to run out.
 */
export function superviseWorker({
  store,
  settings = {},
  logLevel,
  onExit,
}: SuperviseOptions): SupervisedWorker {
  const ready = deferred();
  ready.promise.catch(() => undefined);
  let child: ChildProcess | undefined;
  let restart: NodeJS.Timeout | undefined;
  let stopping = false;
  let restartMs = FIRST_RESTART_MS;
  let failedStarts = 0;
  let isWorking = false;

  const start = () => {
    const startedAt = Date.now();
    let worker: string | undefined;
    let failure: string | undefined;
    let isFull = false;
    const forked = forkWorker({ graceMs: GRACE_MS, ...settings }, logLevel);
    child = forked;
    forked.on("message", (raw) => {
      const message = WorkerMessage.safeParse(raw).data;
      if (message?.type === "failed") {
        failure = message.message;
        ready.reject(new MaskloomError("ENGINE_UNAVAILABLE", failure));
      }
      if (message?.type === "full") {
        isFull = true;
        onExit(fullMessage(message.memoryBytes, Date.now() - startedAt));
      }
      if (message?.type !== "ready") return;
      isWorking = true;
      worker = message.worker;
      failedStarts = Number.NEGATIVE_INFINITY; // it can start: what ends it later is no reason to give up
      ready.resolve();
    });
    const ended = (how: string) => {
      isWorking = false;
      if (stopping) return;
      failedStarts += 1;
      if (failedStarts === MOST_FAILED_STARTS) return ready.reject(cannotStart(how));
      if (!isFull) onExit(`the worker process ended (${how}); a new one starts`);
      if (worker !== undefined) endLeasesOf(store.db, worker).catch(() => undefined);
      if (isFull || Date.now() - startedAt > STABLE_MS) restartMs = FIRST_RESTART_MS;
      restart = setTimeout(start, restartMs);
      restartMs = Math.min(LONGEST_RESTART_MS, restartMs * 2);
    };
    forked.once("exit", (code, signal) => ended(failure ?? signal ?? `exit code ${code}`));
    /* It could not even be made, for lack of memory or processes say: then it has no exit. */
    forked.on("error", (error) => forked.pid === undefined && ended(error.message));
  };
  start();

  return {
    ready: ready.promise,
    metrics: () => (isWorking && child !== undefined ? askForMetrics(child) : Promise.resolve([])),
    isWorking: () => isWorking,
    async stop(patienceMs) {
      stopping = true;
      clearTimeout(restart);
      if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      const killer = setTimeout(() => child?.kill("SIGKILL"), patienceMs);
      await ended;
      clearTimeout(killer);
    },
  };
}

/** A worker that is stuck must not hold up whoever looks at how it is. */
async function askForMetrics(child: ChildProcess): Promise<ToldMetrics> {
  return new Promise((resolve) => {
    const late = setTimeout(() => answer([]), METRICS_PATIENCE_MS);
    const hear = (raw: unknown) => {
      const message = WorkerMessage.safeParse(raw).data;
      if (message?.type === "metrics") answer(message.metrics);
    };
    const answer = (metrics: ToldMetrics) => {
      clearTimeout(late);
      child.off("message", hear);
      resolve(metrics);
    };
    child.on("message", hear);
    child.send({ type: "metrics" }, (error) => error !== null && answer([]));
  });
}

function cannotStart(how: string): MaskloomError {
  return new MaskloomError(
    "ENGINE_UNAVAILABLE",
    `the worker process ended ${MOST_FAILED_STARTS} times before it could take work, at last with ${how}; ` +
      "what it said stands above, and `maskloom doctor` may know more",
  );
}

/**
 * For glibc's malloc, others ignore it: pictures and tensors go back to the system when they are done with. By itself it
 * raises this threshold to what it sees, keeps them in the heap of each thread, and a worker grows by 150 MB for nothing;
 * and it gives each of a worker's threads a heap of its own, of which the holes are 100 MB more.
 */
const TIDY_MEMORY = { MALLOC_MMAP_THRESHOLD_: "131072", MALLOC_ARENA_MAX: "2" };

function fullMessage(bytes: number, livedMs: number): string {
  const size = `${Math.round(bytes / 2 ** 20)} MiB`;
  const hint =
    livedMs < STABLE_MS ? "; so soon after its start, a higher MASKLOOM_MAX_MEMORY would help" : "";
  return `the worker process has grown to ${size}: it finishes what it has, then a new one starts${hint}`;
}

/** The variables in which a worker process finds them: one table of settings for all that say something. */
function environmentOf(settings: Partial<WorkerSettings>): Record<string, string> {
  const { queues, concurrency, graceMs, mostMemoryBytes } = settings;
  return {
    ...(queues === undefined ? {} : { MASKLOOM_QUEUES: queues.join(",") }),
    ...(concurrency === undefined ? {} : { MASKLOOM_CONCURRENCY: String(concurrency) }),
    ...(graceMs === undefined ? {} : { MASKLOOM_GRACE_SECONDS: String(graceMs / 1000) }),
    ...(mostMemoryBytes === undefined ? {} : { MASKLOOM_MAX_MEMORY: String(mostMemoryBytes) }),
  };
}

/** From sources the worker runs through tsx; from dist as it is. Its stdout is not ours: results go there. */
function forkWorker(settings: Partial<WorkerSettings>, logLevel: SuperviseOptions["logLevel"]): ChildProcess {
  const here = fileURLToPath(import.meta.url);
  const extension = path.extname(here);
  const entry = path.resolve(path.dirname(here), `../../workers/all${extension}`);
  return fork(entry, [], {
    env: {
      ...TIDY_MEMORY,
      ...process.env,
      ...environmentOf(settings),
      ...(logLevel === undefined ? {} : { LOG_LEVEL: logLevel }),
    },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    execArgv: extension === ".ts" ? ["--import", "tsx"] : [],
  });
}

function deferred() {
  let resolve: () => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
