import { setTimeout as delay } from "node:timers/promises";
import { type IQueueBackend, type Job, type JobProgress, Worker } from "bullmq";
import { z } from "zod";
import { TaskUUID } from "../contracts/ids.ts";
import { parseAs } from "../errors.ts";
import type { Backend, JobData } from "./bullmq-backend.ts";
import type { ConsumeOptions, Consumer, DeliveryKey } from "./task-queues.ts";

type TaskWorker<C> = Worker<JobData, void, string, IQueueBackend, JobProgress, C>;

const DEFAULT_LOCK_MS = 30_000;
const DEFAULT_GRACE_MS = 10_000;
/** After its signal aborted, a handler has this long to release its lease. */
const ABORT_MS = 1_000;
/** How often it is looked, while it closes, whether the queue is away. */
const LOOK_MS = 50;
/** After a lost connection; BullMQ's own 15 s would leave a restarted server idle. */
const RETRY_MS = 1_000;
/** The engine counts attempts; the queue only makes sure that a delivery is not lost. */
const NEVER_GIVE_UP = 1_000_000;

/** A BullMQ worker that hands deliveries to the engine and never fails a job. */
export class BullmqConsumer<C> implements Consumer {
  readonly queue: string;
  readonly #backend: Backend<C>;
  readonly #worker: TaskWorker<C>;
  readonly #release: () => void;
  readonly #stop = new AbortController();
  /** Deliveries in hand. */
  #inHand = 0;
  #pausing: Promise<void> = Promise.resolve();
  #closing: Promise<void> | null = null;

  static async open<C>(
    backend: Backend<C>,
    queue: string,
    options: ConsumeOptions,
    release: () => void,
  ): Promise<Consumer> {
    const consumer = new BullmqConsumer(backend, queue, options, release);
    try {
      await consumer.#worker.waitUntilReady();
    } catch (error) {
      await consumer.close({ graceMs: 0 });
      throw error;
    }
    return consumer;
  }

  private constructor(backend: Backend<C>, queue: string, options: ConsumeOptions, release: () => void) {
    const { concurrency, limiter, lockMs = DEFAULT_LOCK_MS, onError } = options;
    this.queue = queue;
    this.#backend = backend;
    this.#release = release;
    this.#worker = new Worker(
      queue,
      (job: Job<JobData, void>) => this.#handle(job, options),
      {
        connection: backend.connection,
        ...(backend.prefix === undefined ? {} : { prefix: backend.prefix }),
        ...(limiter === undefined ? {} : { limiter: { max: limiter.max, duration: limiter.durationMs } }),
        concurrency,
        lockDuration: lockMs,
        stalledInterval: Math.ceil(lockMs / 2),
        maxStalledCount: NEVER_GIVE_UP,
        runRetryDelay: RETRY_MS,
      },
      backend.factory,
    );
    const onFailure = (error: unknown) => onError(error);
    this.#worker.on("error", backend.oncePerOutage?.(onFailure) ?? onFailure);
  }

  pause(): Promise<void> {
    this.#pausing = this.#worker.pause();
    return this.#pausing;
  }

  async resume(): Promise<void> {
    // Before the pause is complete BullMQ would go on with its blocking connection cut off.
    await this.#pausing;
    await this.#worker.resume();
  }

  close({ graceMs = DEFAULT_GRACE_MS }: { readonly graceMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#close(graceMs);
    return this.#closing;
  }

  async #close(graceMs: number): Promise<void> {
    const { isAway = () => false } = this.#backend;
    let isPaused = false;
    const pausing = this.pause()
      .catch(() => undefined)
      .then(() => {
        isPaused = true;
      });
    /* BullMQ tells the queue what was done, and waits for its answer however long it is away. Nobody here needs that. */
    const isDone = () => isPaused || (this.#inHand === 0 && isAway());
    const untilDone = async (ms: number): Promise<boolean> => {
      const lookUntil = performance.now() + ms;
      while (!isDone() && performance.now() < lookUntil)
        await Promise.race([pausing, delay(LOOK_MS, undefined, { ref: false })]);
      return isDone();
    };
    if (!(await untilDone(graceMs))) this.#stop.abort();
    await untilDone(ABORT_MS);
    await this.#worker.close(!isPaused);
    this.#release();
  }

  /** Whatever happens, the job is used up: a failed one would only be kept, or retried against the engine's will. */
  async #handle(job: Job<JobData, void>, { onDelivery, onError }: ConsumeOptions): Promise<void> {
    let delivery: DeliveryKey | undefined;
    this.#inHand += 1;
    try {
      delivery = readDelivery(this.queue, job);
      await onDelivery(delivery, this.#stop.signal);
    } catch (error) {
      onError(error, delivery);
    } finally {
      this.#inHand -= 1;
    }
  }
}

/** `<taskUUID>-<delivery>` */
const JobId = z.string().transform((id, context) => {
  const match = /^(.{36})-(\d{1,9})$/.exec(id);
  const taskUUID = TaskUUID.safeParse(match?.[1]);
  if (taskUUID.success) return { taskUUID: taskUUID.data, delivery: Number(match?.[2]) };
  context.addIssue({ code: "custom", message: "expected <taskUUID>-<delivery number>" });
  return z.NEVER;
});

function readDelivery(queue: string, job: Job<JobData, void>): DeliveryKey {
  return { queue, ...parseAs(JobId, job.id, `job ${job.id} of queue ${queue}`, "INTERNAL") };
}
