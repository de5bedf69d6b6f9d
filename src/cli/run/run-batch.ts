import pLimit from "p-limit";
import type { RunUUID } from "../../contracts/ids.ts";
import type { Report } from "../../contracts/report.ts";
import { type Event, type RunDetail, TaskStatus } from "../../contracts/run.ts";
import { followEvents } from "../../runs/follow.ts";
import type { Services } from "../../runs/services.ts";
import { completeBatch, setBatchStatus } from "../../store/batches.ts";
import { throughOutages } from "../../store/connection-loss.ts";
import { currentCursor } from "../../store/events.ts";
import { LOCAL_OWNER } from "../../store/owners.ts";
import { endBatches } from "../../store/settle-tasks.ts";
import { findEndedRuns, readRuns } from "../../store/views.ts";
import type { ProgressDisplay } from "../progress/progress-display.ts";
import { recoverDeadWorkers } from "../recover-dead-workers.ts";
import { type SupervisedWorker, superviseWorker } from "../supervise.ts";
import { paint } from "../terminal.ts";
import { deliverRun } from "./deliver.ts";
import { openRunBatch, type RunBatch } from "./open-run-batch.ts";
import { ReportFile } from "./report-file.ts";
import { toReportRun } from "./report-run.ts";
import type { PlannedRun, RunPlan } from "./run-plan.ts";
import { submitPlannedRuns } from "./submit-planned-runs.ts";

export interface RunBatchOptions {
  readonly overwrite: boolean;
  /** Tasks of each kind executed at a time; default: one per core. */
  readonly concurrency?: number | undefined;
  readonly display: ProgressDisplay;
  /** Stops cleanly: the batch is paused, and the same command goes on with it. */
  readonly signal: AbortSignal;
}

/** Results that are encoded and written at a time. */
const DELIVERIES_AT_ONCE = 2;
/** All of them stand in the report. */
const MOST_WARNINGS = 20;
const WORKER_GRACE_MS = 8_000;
/** How often it is looked for ends of runs that the log of events does not tell. */
const LOOK_MS = 3_000;

/**
 * Runs the plan through the engine: submits picture by picture, follows the log of events, writes each result as it comes,
 * and keeps the report. Work that an earlier command did is taken over.
 */
export async function runBatch(services: Services, plan: RunPlan, options: RunBatchOptions): Promise<Report> {
  await recoverDeadWorkers(services);
  const cursor = await currentCursor(services.store.db);
  const opened = await openRunBatch(services, plan, options.overwrite);
  const session = new Session(services, plan, opened, options);
  return session.run(cursor);
}

class Session {
  readonly #services: Services;
  readonly #plan: RunPlan;
  readonly #opened: RunBatch;
  readonly #options: RunBatchOptions;
  readonly #report: ReportFile;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  /** Place in the plan of every run whose end is waited for. */
  readonly #pending = new Map<RunUUID, number>();
  /** Ends that were heard of before the run was known here. */
  readonly #early = new Set<RunUUID>();
  readonly #limit = pLimit(DELIVERIES_AT_ONCE);
  readonly #deliveries = new Map<RunUUID, Promise<void>>();
  readonly #warned = new Set<string>();
  #worker: SupervisedWorker | null = null;
  #failure: { readonly error: unknown } | null = null;
  #wake: () => void = () => undefined;

  constructor(services: Services, plan: RunPlan, opened: RunBatch, options: RunBatchOptions) {
    this.#services = services;
    this.#plan = plan;
    this.#opened = opened;
    this.#options = options;
    this.#signal = AbortSignal.any([options.signal, this.#stop.signal]);
    this.#signal.addEventListener("abort", () => this.#wake());
    const { workflow, workflowDigest } = plan.prepared;
    const head = { batchUUID: opened.batch.batchUUID, workflow: workflow.name, workflowDigest };
    this.#report = new ReportFile(plan.out, head);
  }

  async run(cursor: string): Promise<Report> {
    const { db } = this.#services.store;
    const { batchUUID } = this.#opened.batch;
    const looking = setInterval(() => void this.#takeEnded().catch(() => undefined), LOOK_MS);
    const following = this.#follow(cursor).catch((error: unknown) => this.#fail(error));
    try {
      await this.#submit();
      if (!this.#signal.aborted) await throughOutages(() => completeBatch(db, batchUUID));
      await this.#until(() => this.#pending.size === 0);
    } catch (error) {
      this.#fail(error);
    }
    clearInterval(looking);
    /* Nobody works for a command that has stopped, whatever stopped it. */
    if (this.#signal.aborted) {
      await setBatchStatus(db, batchUUID, "paused").catch((error: unknown) => this.#fail(error));
    }
    await this.#worker?.stop(WORKER_GRACE_MS);
    if (this.#failure === null && this.#options.signal.aborted) await this.#takeEnded();
    this.#stop.abort();
    await following;
    await Promise.all(this.#deliveries.values());
    const report = await this.#report.finish();
    if (this.#failure !== null) throw this.#failure.error;
    if (!this.#options.signal.aborted) await throughOutages(() => endBatches(db, [batchUUID]));
    return report;
  }

  async #submit(): Promise<void> {
    await submitPlannedRuns({
      services: this.#services,
      plan: this.#plan,
      opened: this.#opened,
      overwrite: this.#options.overwrite,
      signal: this.#signal,
      room: (atMost) => this.#until(() => this.#pending.size <= atMost),
      beforeWork: () => this.#startWorker(),
      onRun: (runUUID, at) => this.#expect(runUUID, at),
      onFinished: (runUUID, at) => this.#deliver(runUUID, at, true),
    });
  }

  /** Where everything is done already none is needed. */
  #startWorker(): void {
    this.#worker ??= superviseWorker({
      store: this.#services.store,
      concurrency: this.#options.concurrency,
      onExit: (message) => this.#options.display.note(message),
    });
    this.#worker.ready.catch((error: unknown) => this.#fail(error));
  }

  #expect(runUUID: RunUUID, at: number): void {
    this.#pending.set(runUUID, at);
    if (this.#early.delete(runUUID)) this.#deliver(runUUID, at, false);
  }

  async #follow(cursor: string): Promise<void> {
    const filter = { batch: this.#opened.batch.batchUUID };
    for await (const event of followEvents(this.#services.store, filter, cursor, this.#signal)) {
      this.#show(event);
      if (event.type !== "run.ended" || event.runUUID === null) continue;
      const at = this.#pending.get(event.runUUID);
      if (at === undefined) this.#early.add(event.runUUID);
      else this.#deliver(event.runUUID, at, false);
    }
  }

  #show({ type, runUUID, data }: Event): void {
    const at = runUUID === null ? undefined : this.#pending.get(runUUID);
    const file = at === undefined ? undefined : this.#plan.runs[at]?.file.name;
    const step = data["step"];
    if (file === undefined || typeof step !== "string") return;
    const status = type === "task.started" ? "running" : TaskStatus.safeParse(data["status"]).data;
    if (status !== undefined && (type === "task.started" || type === "task.ended")) {
      this.#options.display.step(file, step, status);
    }
  }

  #deliver(runUUID: RunUUID, at: number, reused: boolean): void {
    const planned = this.#plan.runs[at];
    if (planned === undefined || this.#deliveries.has(runUUID)) return;
    this.#pending.set(runUUID, at);
    const delivery = this.#limit(async () => {
      const { db } = this.#services.store;
      const [detail] = await throughOutages(() => readRuns(db, LOCAL_OWNER, [runUUID]));
      if (detail !== undefined) await this.#take(detail, planned, at, reused);
      this.#pending.delete(runUUID);
      this.#deliveries.delete(runUUID);
      this.#wake();
    }).catch((error: unknown) => this.#fail(error));
    this.#deliveries.set(runUUID, delivery);
  }

  async #take(detail: RunDetail, planned: PlannedRun, at: number, reused: boolean): Promise<void> {
    const { overwrite, display } = this.#options;
    const delivered = await throughOutages(() =>
      deliverRun(this.#services, this.#plan, planned, detail, { overwrite }),
    );
    const run = toReportRun(detail, { ...delivered, reused });
    this.#report.add(at, run, delivered.lossless);
    if (run.status !== "skipped") this.#warn(run.warnings);
    display.ended(run);
  }

  /** Each once: what holds for one picture often holds for all. */
  #warn(warnings: readonly string[]): void {
    for (const warning of warnings) {
      if (this.#warned.has(warning) || this.#warned.size === MOST_WARNINGS) continue;
      this.#warned.add(warning);
      this.#options.display.note(`${paint("yellow", "warning")}: ${warning}`);
    }
  }

  /**
   * What has ended without our having heard of it. The log is silent while any transaction of the server is open that is
   * older than its newest events, another application's included. And once the worker has stopped, what it still finished
   * is not left for the next command.
   */
  async #takeEnded(): Promise<void> {
    const { db } = this.#services.store;
    for (const runUUID of await findEndedRuns(db, LOCAL_OWNER, [...this.#pending.keys()])) {
      const at = this.#pending.get(runUUID);
      if (at !== undefined) this.#deliver(runUUID, at, false);
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#stop.abort();
  }

  /** Until the condition holds or everything stops. */
  async #until(condition: () => boolean): Promise<void> {
    while (!condition() && !this.#signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
