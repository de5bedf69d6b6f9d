import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { TaskUUID } from "../../src/contracts/ids.ts";
import {
  type ConsumeOptions,
  type Consumer,
  type Delivery,
  type DeliveryKey,
  deliveryId,
  type TaskQueues,
} from "../../src/queue/task-queues.ts";
import { serveBoard } from "./queue-board.ts";
import { spawnHolder } from "./queue-holder-process.ts";

/** A backend that runs for real, and what the suite has to do to it from outside. */
export interface QueueHost {
  open(): Promise<TaskQueues>;
  /** Loses everything that the queue knows. */
  flush(): Promise<void>;
  /** With which another process opens the same queues. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const SHORT_LOCK_MS = 600;
const PATIENCE = { timeout: 20_000, interval: 10 };

/** What every backend of TaskQueues promises. */
export function describeTaskQueues(name: string, start: () => Promise<QueueHost>): void {
  describe(`task queues on ${name}`, () => {
    let host: QueueHost;
    let queues: TaskQueues;
    const consumers: Consumer[] = [];

    beforeAll(async () => {
      host = await start();
      queues = await host.open();
    });
    afterEach(async () => {
      await Promise.all(consumers.splice(0).map((consumer) => consumer.close({ graceMs: 0 })));
    });
    afterAll(async () => {
      await queues?.close();
      await host?.stop();
    });

    /** Collects what arrives; `handle` may do more with it. */
    const consume = async (queue: string, options: Partial<ConsumeOptions> = {}) => {
      const arrived: string[] = [];
      const errors: { error: unknown; delivery: DeliveryKey | undefined }[] = [];
      const consumer = await queues.consume(queue, {
        concurrency: 1,
        lockMs: SHORT_LOCK_MS,
        onError: (error, delivery) => errors.push({ error, delivery }),
        ...options,
        onDelivery: async (delivery, signal) => {
          arrived.push(deliveryId(delivery));
          await options.onDelivery?.(delivery, signal);
        },
      });
      consumers.push(consumer);
      return { consumer, arrived, errors };
    };
    const expectArrival = (arrived: readonly string[], ids: readonly string[]) =>
      vi.waitFor(() => expect(arrived).toEqual(ids), PATIENCE);

    it("delivers what was added, with its task and number", async () => {
      const delivery = newDelivery({ delivery: 7 });
      const seen: DeliveryKey[] = [];
      await consume(delivery.queue, { onDelivery: async (key) => void seen.push(key) });
      await queues.add([delivery]);
      await vi.waitFor(() => expect(seen).toEqual([delivery]), PATIENCE);
    });

    it("delivers a bulk of 1,200 in the order in which it was added, each once", async () => {
      const queue = newQueue();
      const bulk = Array.from({ length: 1_200 }, () => newDelivery({ queue }));
      await queues.add(bulk);
      const { arrived } = await consume(queue);
      await expectArrival(arrived, bulk.map(deliveryId));
      expect(await queues.counts(queue)).toEqual({ waiting: 0, active: 0, delayed: 0 });
    });

    it("adds to several queues at once", async () => {
      const [first, second, third] = [newDelivery(), newDelivery(), newDelivery()];
      const consumed = await Promise.all([first, second, third].map(({ queue }) => consume(queue)));
      await queues.add([third, first, second]);
      for (const [index, { arrived }] of consumed.entries()) {
        await expectArrival(arrived, [first, second, third].slice(index, index + 1).map(deliveryId));
      }
    });

    it("holds a delayed delivery back until it is due", async () => {
      const delayed = newDelivery({ delayMs: 400 });
      const prompt = newDelivery({ queue: delayed.queue });
      const { arrived } = await consume(delayed.queue);
      const due = Date.now() + 400;
      await queues.add([delayed, prompt]);
      await expectArrival(arrived, [prompt].map(deliveryId));
      expect(await queues.counts(delayed.queue)).toMatchObject({ delayed: 1 });
      await expectArrival(arrived, [prompt, delayed].map(deliveryId));
      expect(Date.now()).toBeGreaterThanOrEqual(due);
    });

    it("serves priority 0 first, then by number, and equals in their order", async () => {
      const queue = newQueue();
      const of = (priority?: number) =>
        newDelivery({ queue, ...(priority === undefined ? {} : { priority }) });
      const [late, middle, none, early, zero, middle2] = [of(2_000_000), of(5), of(), of(1), of(0), of(5)];
      await queues.add([late, middle, none, early, zero, middle2]);
      const { arrived } = await consume(queue);
      await expectArrival(arrived, [none, zero, early, middle, middle2, late].map(deliveryId));
    });

    it("hands out no more than the rate limit allows", async () => {
      const queue = newQueue();
      const times: number[] = [];
      await queues.add(Array.from({ length: 9 }, () => newDelivery({ queue })));
      await consume(queue, {
        concurrency: 5,
        limiter: { max: 3, durationMs: 300 },
        onDelivery: async () => void times.push(Date.now()),
      });
      await vi.waitFor(() => expect(times).toHaveLength(9), PATIENCE);
      // Three per window: the fourth after the first window has ended, the seventh after the second.
      const [first = 0, , , fourth = 0, , , seventh = 0] = times;
      expect(fourth - first).toBeGreaterThan(200);
      expect(seventh - first).toBeGreaterThan(450);
    });

    it("brings a delivery back whose worker was killed", async () => {
      const delivery = newDelivery();
      await queues.add([delivery]);
      const holder = await spawnHolder(host.environment, delivery.queue, SHORT_LOCK_MS);
      expect(await holder.took).toBe(deliveryId(delivery));
      expect([...(await queues.live([delivery]))]).toEqual([deliveryId(delivery)]);
      await holder.kill();
      const { arrived } = await consume(delivery.queue);
      await expectArrival(arrived, [deliveryId(delivery)]);
    });

    it("keeps a delivery with its worker for longer than the lock, as long as the worker lives", async () => {
      const delivery = newDelivery();
      const gate = newGate();
      const first = await consume(delivery.queue, { onDelivery: () => gate.opened });
      await queues.add([delivery]);
      await expectArrival(first.arrived, [deliveryId(delivery)]);
      const second = await consume(delivery.queue);
      const sentinel = newDelivery({ queue: delivery.queue, delayMs: 4 * SHORT_LOCK_MS });
      await queues.add([sentinel]);
      await expectArrival(second.arrived, [deliveryId(sentinel)]);
      gate.open();
    });

    describe("the next number of a task", () => {
      it("is delivered while the former is still in a worker's hands", async () => {
        const former = newDelivery();
        const next = { ...former, delivery: 2 };
        const gate = newGate();
        const { arrived } = await consume(former.queue, { concurrency: 2, onDelivery: () => gate.opened });
        await queues.add([former]);
        await expectArrival(arrived, [deliveryId(former)]);
        await queues.add([next]);
        await expectArrival(arrived, [deliveryId(former), deliveryId(next)]);
        gate.open();
      });

      it("is delivered after the former was handled, and after its handler failed", async () => {
        const former = newDelivery();
        const { arrived, errors } = await consume(former.queue, {
          onDelivery: async ({ delivery }) => {
            if (delivery === 2) throw new Error("broken");
          },
        });
        for (const delivery of [1, 2, 3]) {
          await queues.add([{ ...former, delivery }]);
          await vi.waitFor(() => expect(arrived).toContain(deliveryId({ ...former, delivery })), PATIENCE);
          await vi.waitFor(
            async () => expect(await queues.live([{ ...former, delivery }])).toEqual(new Set()),
            PATIENCE,
          );
        }
        expect(arrived).toHaveLength(3);
        expect(errors).toEqual([{ error: new Error("broken"), delivery: { ...former, delivery: 2 } }]);
      });
    });

    it("leaves an id that is waiting as it is when it is added again", async () => {
      const delivery = newDelivery();
      await queues.add([delivery]);
      await queues.add([delivery, delivery]);
      const end = newDelivery({ queue: delivery.queue });
      await queues.add([end]);
      const { arrived } = await consume(delivery.queue);
      await expectArrival(arrived, [delivery, end].map(deliveryId));
    });

    it("hands nothing out of a paused queue until it is resumed", async () => {
      const [held, free] = [newDelivery(), newDelivery()];
      const paused = await consume(held.queue);
      const running = await consume(free.queue);
      await queues.pause(held.queue);
      await queues.add([held, free]);
      await expectArrival(running.arrived, [deliveryId(free)]);
      expect(paused.arrived).toEqual([]);
      expect(await queues.counts(held.queue)).toEqual({ waiting: 1, active: 0, delayed: 0 });
      await queues.resume(held.queue);
      await expectArrival(paused.arrived, [deliveryId(held)]);
    });

    it("pauses and resumes one consumer while another goes on", async () => {
      const [first, second] = [newDelivery(), newDelivery()];
      const paused = await consume(first.queue);
      await paused.consumer.pause();
      await queues.add([first]);
      const other = await consume(first.queue);
      await expectArrival(other.arrived, [deliveryId(first)]);
      await other.consumer.close();
      const next = { ...second, queue: first.queue };
      await queues.add([next]);
      await paused.consumer.resume();
      await expectArrival(paused.arrived, [deliveryId(next)]);
      expect(other.arrived).toHaveLength(1);
    });

    it("closes gracefully: waits for what is in hand, and takes no more", async () => {
      const queue = newQueue();
      const [inHand, left] = [newDelivery({ queue }), newDelivery({ queue })];
      const gate = newGate();
      let finished = 0;
      const { consumer, arrived } = await consume(queue, {
        onDelivery: async () => {
          await gate.opened;
          finished += 1;
        },
      });
      await queues.add([inHand, left]);
      await expectArrival(arrived, [deliveryId(inHand)]);
      const closing = consumer.close({ graceMs: 60_000 });
      gate.open();
      await closing;
      expect({ arrived, finished }).toEqual({ arrived: [deliveryId(inHand)], finished: 1 });
      expect(await queues.counts(queue)).toEqual({ waiting: 1, active: 0, delayed: 0 });
    });

    it("aborts the signal when the grace period is over; what ignores it comes back elsewhere", async () => {
      const queue = newQueue();
      const [obedient, stubborn] = [newDelivery({ queue }), newDelivery({ queue })];
      const gate = newGate();
      const { consumer, arrived } = await consume(queue, {
        concurrency: 2,
        onDelivery: async ({ taskUUID }, signal) => {
          const aborted = new Promise((resolve) => signal.addEventListener("abort", resolve));
          await (taskUUID === obedient.taskUUID ? aborted : gate.opened);
        },
      });
      await queues.add([obedient, stubborn]);
      await vi.waitFor(() => expect(arrived).toHaveLength(2), PATIENCE);
      await consumer.close({ graceMs: 0 });
      const other = await consume(queue);
      await expectArrival(other.arrived, [deliveryId(stubborn)]);
      gate.open();
    });

    it("tells which deliveries are live: waiting, delayed, prioritised and active ones", async () => {
      const queue = newQueue();
      const [active, delayed, first, last] = [
        newDelivery({ queue }),
        newDelivery({ queue, delayMs: 3_600_000 }),
        newDelivery({ queue }),
        newDelivery({ queue, priority: 9 }),
      ];
      const [done, unknown, elsewhere] = [newDelivery(), newDelivery(), newDelivery({ delayMs: 60_000 })];
      const gate = newGate();
      const { arrived } = await consume(queue, { onDelivery: () => gate.opened });
      const other = await consume(done.queue);
      await queues.add([active, delayed, first, last, done, elsewhere]);
      await expectArrival(other.arrived, [deliveryId(done)]);
      await expectArrival(arrived, [deliveryId(active)]);
      await vi.waitFor(async () => {
        const live = await queues.live([active, delayed, first, last, done, unknown, elsewhere]);
        expect(live).toEqual(new Set([active, delayed, first, last, elsewhere].map(deliveryId)));
      }, PATIENCE);
      expect(await queues.counts(queue)).toEqual({ waiting: 2, active: 1, delayed: 1 });
      expect(await queues.live([])).toEqual(new Set());
      gate.open();
    });

    it("tells of thousands at once which are live", async () => {
      const queue = newQueue();
      const many = Array.from({ length: 3_000 }, () => newDelivery({ queue }));
      await queues.add(many.slice(0, 1_500));
      const live = await queues.live(many);
      expect(live).toEqual(new Set(many.slice(0, 1_500).map(deliveryId)));
    });

    it("removes what no worker holds", async () => {
      const queue = newQueue();
      const [held, waiting, delayed] = [
        newDelivery({ queue }),
        newDelivery({ queue }),
        newDelivery({ queue, delayMs: 60_000 }),
      ];
      const gate = newGate();
      const { arrived } = await consume(queue, { onDelivery: () => gate.opened });
      await queues.add([held, waiting, delayed]);
      await expectArrival(arrived, [deliveryId(held)]);
      expect(await queues.remove([waiting, delayed, held, newDelivery({ queue })])).toBe(2);
      expect(await queues.live([held, waiting, delayed])).toEqual(new Set([deliveryId(held)]));
      gate.open();
    });

    it("goes on after everything in it was lost", async () => {
      const queue = newQueue();
      const [active, waiting] = [newDelivery({ queue }), newDelivery({ queue })];
      const gate = newGate();
      const { arrived } = await consume(queue, { onDelivery: () => gate.opened });
      await queues.add([active, waiting]);
      await expectArrival(arrived, [deliveryId(active)]);
      await host.flush();
      expect(await queues.live([active, waiting])).toEqual(new Set());
      gate.open();
      await queues.add([waiting, { ...active, delivery: 2 }]);
      await expectArrival(arrived, [active, waiting, { ...active, delivery: 2 }].map(deliveryId));
    });

    it("refuses a queue name with a colon", async () => {
      await expect(queues.add([newDelivery({ queue: "masking:local" })])).rejects.toThrow(/:/);
    });

    it("delivers every mix of queues, delays and priorities exactly once", async () => {
      const names = [newQueue(), newQueue()];
      const arrived: string[] = [];
      for (const queue of names) {
        await consume(queue, {
          concurrency: 3,
          onDelivery: async (key) => void arrived.push(deliveryId(key)),
        });
      }
      const one = fc.record({
        queue: fc.constantFrom(...names),
        priority: fc.nat(10),
        delayMs: fc.constantFrom(0, 0, 1, 30),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(one, { maxLength: 25 }), async (shapes) => {
          arrived.length = 0;
          const added = shapes.map((shape) => newDelivery(shape));
          await queues.add(added);
          await vi.waitFor(
            () => expect(arrived.toSorted()).toEqual(added.map(deliveryId).toSorted()),
            PATIENCE,
          );
        }),
        { numRuns: 8 },
      );
    });

    it("are shown on a page as they are, and cannot be changed through it", async () => {
      const taskUUID = randomUUID() as string as TaskUUID;
      await queues.add([{ queue: "shown", taskUUID, delivery: 1, delayMs: 60_000 }]);
      const board = await queues.openBoard("/");
      board.show(["shown"]);
      const page = await serveBoard(board);
      const html = await (await page.get("/", "text/html")).text();
      expect(html).toContain("Raw queues");
      expect(html).not.toMatch(/(?:src|href)="https?:/);
      const answer = await page.get("/api/queues?activeQueue=shown&status=delayed&page=1&jobsPerPage=10");
      expect(await answer.json()).toMatchObject({
        queues: [
          {
            name: "shown",
            readOnlyMode: true,
            counts: { delayed: 1 },
            jobs: [{ id: `${taskUUID}-1`, data: { taskUUID }, externalUrl: { href: `/tasks/${taskUUID}` } }],
          },
        ],
      });
      expect((await page.put("/api/queues/shown/pause")).status).toBe(405);
      expect((await page.put(`/api/queues/shown/${taskUUID}-1/clean`)).status).toBe(405);
      expect(await queues.counts("shown")).toMatchObject({ delayed: 1 });
      await page.close();
      await queues.remove([{ queue: "shown", taskUUID, delivery: 1 }]);
    });
  });
}

function newQueue(): string {
  return `suite-${randomUUID().slice(0, 8)}`;
}

function newDelivery(fields: Partial<Delivery> = {}): Delivery {
  return { queue: newQueue(), taskUUID: randomUUID() as string as TaskUUID, delivery: 1, ...fields };
}

function newGate(): { readonly opened: Promise<void>; open(): void } {
  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
