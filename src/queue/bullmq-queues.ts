import { type IQueueBackend, Queue } from "bullmq";
import type { Backend, JobData } from "./bullmq-backend.ts";
import { BullmqConsumer } from "./bullmq-consumer.ts";
import {
  type ConsumeOptions,
  type Consumer,
  type Delivery,
  type DeliveryKey,
  deliveryId,
  type QueueBoard,
  type QueueCounts,
  type TaskQueues,
} from "./task-queues.ts";

type TaskQueue<C> = Queue<JobData, void, string, JobData, void, string, IQueueBackend, C>;

/** Of BullMQ's own event stream, which nobody here reads. */
const KEPT_EVENTS = 100;
/** One command of this many jobs stays small enough not to stall the others. */
const BULK_SIZE = 1_000;

/** TaskQueues on BullMQ, by what its two backends do alike (see ARCHITECTURE.md). */
export class BullmqQueues<C> implements TaskQueues {
  readonly backend: TaskQueues["backend"];
  readonly #backend: Backend<C>;
  readonly #onError: (error: unknown) => void;
  readonly #queues = new Map<string, TaskQueue<C>>();

  /** @param onError hears of lost connections; operations reject by themselves */
  constructor(backend: Backend<C>, onError: (error: unknown) => void) {
    this.backend = backend.name;
    this.#backend = backend;
    this.#onError = backend.oncePerOutage?.(onError) ?? onError;
  }

  async add(deliveries: readonly Delivery[]): Promise<void> {
    const queues = new Set(deliveries.map((delivery) => delivery.queue));
    await Promise.all(
      Array.from(queues, (queue) => {
        const group = deliveries.filter((delivery) => delivery.queue === queue);
        return this.#addToQueue(this.#queueOf(queue), group);
      }),
    );
  }

  async consume(queue: string, options: ConsumeOptions): Promise<Consumer> {
    this.#queueOf(queue); // its settings must be there before the first job runs
    this.#backend.reserve?.(1);
    const release = () => this.#backend.reserve?.(-1);
    return BullmqConsumer.open(this.#backend, queue, options, release);
  }

  async live(deliveries: readonly DeliveryKey[]): Promise<ReadonlySet<string>> {
    if (deliveries.length === 0) return new Set();
    return new Set(
      await this.#backend.findLive(deliveries.map((key) => ({ queue: key.queue, id: deliveryId(key) }))),
    );
  }

  async counts(name: string): Promise<QueueCounts> {
    const queue = this.#queueOf(name);
    const [counts, perPriority] = await Promise.all([
      queue.getJobCounts("prioritized", "active", "delayed"),
      queue.getCountsPerPriority([0]), // unlike the state "waiting", also counts those of a paused queue on Postgres
    ]);
    const { prioritized = 0, active = 0, delayed = 0 } = counts;
    return { waiting: (perPriority["0"] ?? 0) + prioritized, active, delayed };
  }

  async pause(queue: string): Promise<void> {
    await this.#queueOf(queue).pause();
  }

  async resume(queue: string): Promise<void> {
    await this.#queueOf(queue).resume();
  }

  async remove(deliveries: readonly DeliveryKey[]): Promise<number> {
    // BullMQ on Redis also claims to have removed what it does not know.
    const live = await this.live(deliveries);
    const known = deliveries.filter((key) => live.has(deliveryId(key)));
    const removed = await Promise.all(known.map((key) => this.#queueOf(key.queue).remove(deliveryId(key))));
    return removed.filter((count) => count === 1).length;
  }

  async openBoard(base: string): Promise<QueueBoard> {
    /* Loaded by servers alone. */
    const { createQueueBoard } = await import("./queue-board.ts");
    return createQueueBoard(base, (name) => this.#queueOf(name) as object as Queue);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
    this.#queues.clear();
    await this.#backend.close();
  }

  async #addToQueue(queue: TaskQueue<C>, deliveries: readonly Delivery[]): Promise<void> {
    if (deliveries.length < this.#backend.bulkFrom) {
      // One after the other, so that they are served in this order.
      for (const { name, data, opts } of deliveries.map(asJob)) await queue.add(name, data, opts);
      return;
    }
    for (let start = 0; start < deliveries.length; start += BULK_SIZE) {
      await queue.addBulk(deliveries.slice(start, start + BULK_SIZE).map(asJob));
    }
  }

  #queueOf(name: string): TaskQueue<C> {
    const known = this.#queues.get(name);
    if (known !== undefined) return known;
    const { connection, prefix, factory } = this.#backend;
    const queue: TaskQueue<C> = new Queue(
      name,
      {
        connection,
        ...(prefix === undefined ? {} : { prefix }),
        streams: { events: { maxLen: KEPT_EVENTS } },
      },
      factory,
    );
    queue.on("error", this.#onError);
    this.#queues.set(name, queue);
    return queue;
  }
}

function asJob(delivery: Delivery) {
  const { taskUUID, priority = 0, delayMs = 0 } = delivery;
  return {
    name: "task",
    data: { taskUUID },
    opts: {
      jobId: deliveryId(delivery),
      // The engine decides about another attempt, and no id may be remembered.
      attempts: 1,
      removeOnComplete: true,
      removeOnFail: true,
      ...(priority === 0 ? {} : { priority }),
      ...(delayMs > 0 ? { delay: Math.ceil(delayMs) } : {}),
    },
  };
}
