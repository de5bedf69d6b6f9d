import process from "node:process";
import pLimit from "p-limit";
import type { RunUUID } from "../../contracts/ids.ts";
import type { StopReason } from "../../contracts/report.ts";
import { type Event, type RunDetail, TaskStatus } from "../../contracts/run.ts";
import { readBatchMoney } from "../../runs/calls/spent-batch.ts";
import { followEvents } from "../../runs/follow.ts";
import { toReportRun } from "../../runs/report/report-run.ts";
import type { Services } from "../../runs/services.ts";
import { completeBatch, pauseBatch } from "../../store/batches.ts";
import { throughOutages } from "../../store/connection-loss.ts";
import { endBatches } from "../../store/end-batches.ts";
import { currentCursor } from "../../store/events.ts";
import { LOCAL_OWNER } from "../../store/owners.ts";
import { findEndedRuns, readRuns } from "../../store/views.ts";
import { recoverDeadWorkers } from "../recover-dead-workers.ts";
import { type SupervisedWorker, superviseWorker } from "../supervise.ts";
import type { BatchOutcome, RunBatchOptions } from "./batch-options.ts";
import { deliverRun } from "./deliver.ts";
import { openRunBatch, type RunBatch } from "./open-run-batch.ts";
import type { RunPlan } from "./planned-run.ts";
import { ReportFile } from "./report-file.ts";
import { reportStart } from "./report-start.ts";
import { ShownWarnings } from "./shown-warnings.ts";
import { type ExpectedRun, submitPlannedRuns } from "./submit-planned-runs.ts";
import { saveThumbnails } from "./thumbnails.ts";
import { waitingWords } from "./waiting-words.ts";

/** Results that are encoded and written at a time. */
const DELIVERIES_AT_ONCE = 2;
const WORKER_GRACE_MS = 8_000;
/** How often it is looked for what the log of events does not tell. */
const LOOK_MS = 3_000;

/**
 * Runs the plan through the engine: submits picture by picture, follows the log of events, writes each result as it comes,
 * and keeps the report. Work that an earlier command did is taken over.
 */
export async function runBatch(
  services: Services,
  plan: RunPlan,
  options: RunBatchOptions,
): Promise<BatchOutcome> {
  await recoverDeadWorkers(services);
  const cursor = await currentCursor(services.store.db);
  const opened = await openRunBatch(services, plan, options);
  const report = await ReportFile.open(plan.results.folder, await reportStart(services.models, plan, opened));
  const session = new Session(services, plan, opened, report, options);
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
  /** The pictures that wait for each run's end: one, and those that are the same work. */
  readonly #pending = new Map<RunUUID, ExpectedRun[]>();
  /** Those that wait for a person: they hold up no others. */
  readonly #asked = new Set<RunUUID>();
  #waiting = 0;
  /** Ends that were heard of before the run was known here. */
  readonly #early = new Set<RunUUID>();
  readonly #limit = pLimit(DELIVERIES_AT_ONCE);
  readonly #deliveries = new Map<RunUUID, Promise<void>>();
  readonly #warnings: ShownWarnings;
  /** What is left would cost more than the batch may. */
  #isSpent = false;
  /** Nothing is left to be handed over, or what is next costs money: before, much may be done already. */
  #needsMoney = false;
  #worker: SupervisedWorker | null = null;
  #failure: { readonly error: unknown } | null = null;
  #failed = 0;
  #stopped: StopReason | null = null;
  #wake: () => void = () => undefined;

  constructor(
    services: Services,
    plan: RunPlan,
    opened: RunBatch,
    report: ReportFile,
    options: RunBatchOptions,
  ) {
    this.#services = services;
    this.#plan = plan;
    this.#opened = opened;
    this.#report = report;
    this.#options = options;
    this.#warnings = new ShownWarnings(options.display);
    this.#signal = AbortSignal.any([options.signal, this.#stop.signal]);
    this.#signal.addEventListener("abort", () => this.#wake());
  }

  async run(cursor: string): Promise<BatchOutcome> {
    const { db } = this.#services.store;
    const { batchUUID } = this.#opened.batch;
    const looking = setInterval(() => this.#look(), LOOK_MS);
    const following = this.#follow(cursor).catch((error: unknown) => this.#fail(error));
    try {
      if (this.#plan.previous !== null) await this.#report.takeOver(this.#plan.previous);
      await this.#submit();
      this.#needsMoney = true;
      if (!this.#signal.aborted) await throughOutages(() => completeBatch(db, batchUUID));
      await this.#until(() => this.#waiting === 0);
    } catch (error) {
      this.#fail(error);
    }
    clearInterval(looking);
    /* Nobody works for a command that has stopped, whatever stopped it. */
    if (this.#signal.aborted) {
      await pauseBatch(db, batchUUID).catch((error: unknown) => this.#fail(error));
    }
    await this.#worker?.stop(WORKER_GRACE_MS);
    if (this.#options.signal.aborted) this.#stopped = "interrupted";
    if (this.#failure === null && this.#stopped !== null) await this.#takeEnded();
    this.#stop.abort();
    await following;
    await Promise.all(this.#deliveries.values());
    const sums = await this.#report.finish(this.#failure === null ? this.#stopped : "interrupted");
    if (this.#failure !== null) throw this.#failure.error;
    if (this.#stopped === null) await throughOutages(() => endBatches(db, [batchUUID]));
    return { sums, stopped: this.#stopped };
  }

  async #submit(): Promise<void> {
    await submitPlannedRuns({
      services: this.#services,
      plan: this.#plan,
      opened: this.#opened,
      overwrite: this.#options.overwrite,
      signal: this.#signal,
      room: (atMost) => this.#until(() => this.#waiting - this.#asked.size <= atMost),
      money: () => this.#untilThereIsMoney(),
      beforeWork: () => this.#startWorker(),
      onRun: (expected) => this.#expect(expected),
      onFinished: (expected) => {
        this.#expect(expected);
        this.#deliver(expected.runUUID);
      },
      isExpected: (runUUID) => this.#pending.has(runUUID),
      onWarnings: (warnings) => this.#warnings.show(warnings),
    });
  }

  /** Where everything is done already none is needed. */
  #startWorker(): void {
    this.#worker ??= superviseWorker({
      store: this.#services.store,
      ...(this.#options.concurrency === undefined
        ? {}
        : { settings: { concurrency: this.#options.concurrency } }),
      logLevel: this.#workerLogLevel(),
      onExit: (message) => this.#options.display.note(message),
    });
    this.#worker.ready.catch((error: unknown) => this.#fail(error));
  }

  /** Why a picture failed stands in its own line: no log tells it once more amid them, unless somebody asked for one. */
  #workerLogLevel(): "error" | undefined {
    const { logLevel } = this.#services.config;
    return process.env["LOG_LEVEL"] === undefined && logLevel === "info" ? "error" : undefined;
  }

  #expect(expected: ExpectedRun): void {
    const { runUUID } = expected;
    const others = this.#pending.get(runUUID);
    if (others === undefined) this.#pending.set(runUUID, [expected]);
    else others.push(expected);
    this.#waiting += 1;
    if (this.#early.delete(runUUID)) this.#deliver(runUUID);
  }

  async #follow(cursor: string): Promise<void> {
    const filter = { batch: this.#opened.batch.batchUUID };
    for await (const event of followEvents(this.#services.store, filter, cursor, this.#signal)) {
      this.#show(event);
      if (event.type === "task.held") await this.#lookAtMoney().catch(() => undefined); // looked at again soon
      if (event.type !== "run.ended" || event.runUUID === null) continue;
      if (this.#pending.has(event.runUUID)) this.#deliver(event.runUUID);
      else this.#early.add(event.runUUID);
    }
  }

  #show({ type, runUUID, data }: Event): void {
    const first = runUUID === null ? undefined : this.#pending.get(runUUID)?.[0];
    const file = first?.planned.file.name;
    const step = data["step"];
    if (runUUID === null || file === undefined || typeof step !== "string") return;
    this.#noteAsked(type, runUUID, file, waitingWords(type, step));
    const status = type === "task.started" ? "running" : TaskStatus.safeParse(data["status"]).data;
    if (status !== undefined && (type === "task.started" || type === "task.ended")) {
      this.#options.display.step(file, step, status);
    }
  }

  #noteAsked(type: Event["type"], runUUID: RunUUID, file: string, waiting: string | null): void {
    if (waiting !== null) {
      this.#asked.add(runUUID);
      this.#options.display.note(`${file}  ${waiting}`);
      this.#wake();
    } else if (type === "task.ended" || type === "task.retrying") this.#asked.delete(runUUID);
  }

  #deliver(runUUID: RunUUID): void {
    const waiting = this.#pending.get(runUUID);
    if (waiting === undefined || this.#deliveries.has(runUUID)) return;
    const delivery = this.#limit(async () => {
      const { db } = this.#services.store;
      const [detail] = await throughOutages(() => readRuns(db, LOCAL_OWNER, [runUUID]));
      for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
        if (detail !== undefined) await this.#take(detail, next);
        waiting.shift();
        this.#waiting -= 1;
      }
      this.#pending.delete(runUUID);
      this.#asked.delete(runUUID);
      this.#deliveries.delete(runUUID);
      this.#wake();
    }).catch((error: unknown) => this.#fail(error));
    this.#deliveries.set(runUUID, delivery);
  }

  async #take(detail: RunDetail, { planned, reused }: ExpectedRun): Promise<void> {
    const { overwrite, display, thumbnails } = this.#options;
    const { file } = planned;
    const delivered = await throughOutages(() =>
      deliverRun(this.#services, this.#plan, planned, detail, { overwrite }),
    );
    const run = toReportRun(detail, { ...delivered, file: file.name, reused });
    if (thumbnails) await saveThumbnails(this.#plan, file.path, run, this.#services.config.limits);
    const source = this.#plan.results.linkTo(file.path);
    await this.#report.add(planned.at, { run, source }, delivered.lossless);
    if (run.status !== "skipped") this.#warnings.show(run.warnings, `${run.file}: `);
    display.ended(run);
    if (run.status === "failed") this.#countFailure(run.error?.code);
  }

  /** What is under way may end; the same command goes on from there. */
  #countFailure(code: string | undefined): void {
    const { maxFailures } = this.#options;
    this.#failed += 1;
    if (code === "DISK_FULL") this.#stopped ??= "disk-full";
    if (maxFailures !== null && this.#failed >= maxFailures) this.#stopped ??= "max-failures";
    if (this.#stopped !== null) this.#stop.abort();
  }

  #look(): void {
    void this.#takeEnded().catch(() => undefined);
    void this.#lookAtMoney().catch(() => undefined);
  }

  /** Nothing is begun while there is no money for it; once nothing goes on that could make room, that is the end. */
  async #lookAtMoney(): Promise<void> {
    const { store, config } = this.#services;
    const money = await readBatchMoney(store, config.providers, this.#opened.batch.batchUUID);
    this.#isSpent = money.isSpent;
    if (money.isOver && this.#needsMoney && !this.#signal.aborted) {
      this.#stopped ??= "max-cost";
      this.#stop.abort();
    }
    this.#wake();
  }

  async #untilThereIsMoney(): Promise<void> {
    this.#needsMoney = true;
    await this.#until(() => !this.#isSpent);
    this.#needsMoney = false;
  }

  /**
   * What has ended without our having heard of it. The log is silent while any transaction of the server is open that is
   * older than its newest events, another application's included. And once the worker has stopped, what it still finished
   * is not left for the next command.
   */
  async #takeEnded(): Promise<void> {
    const { db } = this.#services.store;
    for (const runUUID of await findEndedRuns(db, LOCAL_OWNER, [...this.#pending.keys()])) {
      this.#deliver(runUUID);
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
