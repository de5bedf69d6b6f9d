import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { toErrorRecord } from "../../errors.ts";
import type { Logger } from "../../logging/log.ts";
import type { TaskAnswer } from "../../protocol/task-service.ts";
import type { ApiProgress, EndedStep } from "../../store/api-progress.ts";
import {
  endFollowUp,
  type ResultState,
  readResultStates,
  releaseFollowUps,
  renewFollowUps,
  saveUpload,
  saveWebhook,
  takeFollowUps,
} from "../../store/api-results.ts";
import type { ApiTaskRow, NewApiTask } from "../../store/api-tasks.ts";
import { isConnectionLost, throughOutages } from "../../store/connection-loss.ts";
import { Lanes } from "../lanes.ts";
import type { OutsideClient } from "../outside/outside-client.ts";
import {
  type AnswerServices,
  finalAnswerOf,
  isSuccess,
  missingSteps,
  resultPicture,
  unreachedAnswer,
} from "./answers.ts";
import { type Delivery, readDelivery } from "./delivery.ts";
import type { RunWatch } from "./run-watch.ts";
import {
  delayAfter,
  type Patience,
  type Sent,
  sendOnce,
  sendPatiently,
  UPLOAD_PATIENCE,
  WEBHOOK_PATIENCE,
} from "./send-result.ts";
import { type WebhookBody, webhookMessage } from "./webhook.ts";

/** What is done with results besides answering them: uploads and webhooks. It survives this process. */
export interface FollowUps {
  /** Of a task that is about to begin: null where it wants nothing of the kind. */
  claim(delivery: Delivery): NewApiTask["followUp"];
  /** The task that was claimed has begun. */
  start(row: ApiTaskRow): void;
  /** What is under way goes on in another process, or when this one starts again. */
  close(): Promise<void>;
}

export interface FollowUpOptions {
  readonly answers: AnswerServices;
  readonly watch: RunWatch;
  readonly outside: OutsideClient;
  /** Webhooks are signed with it. */
  readonly readSecret: () => Promise<Uint8Array>;
  readonly webhookBody: WebhookBody;
  readonly log: Logger;
  readonly patience?: { readonly webhook: Patience; readonly upload: Patience };
  readonly heldMs?: number;
}

/** What a process that was killed held is taken over after this time. */
const HELD_MS = 15_000;
/** Requests at a time: of all owners, of one owner, and of one owner to one machine, uploads and webhooks apart. */
const MOST_AT_ONCE = 64;
const MOST_PER_OWNER = 16;
const MOST_PER_HOST = 4;

export function createFollowUps(options: FollowUpOptions): FollowUps {
  const { heldMs = HELD_MS, answers, log } = options;
  const { store } = answers;
  const holder = randomUUID();
  const closing = new AbortController();
  const active = new Map<string, { readonly row: ApiTaskRow; readonly done: Promise<void> }>();
  const follower = new Follower(options, closing.signal);

  const start = (row: ApiTaskRow, isNew: boolean) => {
    const key = `${row.owner} ${row.taskUUID}`;
    if (active.has(key) || closing.signal.aborted) return;
    const done = follower
      .follow(row, isNew)
      /* It is not renewed any more, and so taken up again in a while, here or elsewhere. */
      .catch((error: unknown) => {
        if (!closing.signal.aborted)
          log.error({ err: error, taskUUID: row.taskUUID }, "a result was not passed on");
      })
      .finally(() => active.delete(key));
    active.set(key, { row, done });
  };
  const keepHolding = async () => {
    await renewFollowUps(
      store.db,
      holder,
      [...active.values()].map(({ row }) => row),
      heldMs,
    );
    for (const row of await takeFollowUps(store.db, holder, heldMs)) start(row, false);
  };
  let beating = Promise.resolve();
  const beat = () => {
    beating = keepHolding().catch((error: unknown) =>
      log.warn({ err: error }, "follow-ups could not be renewed"),
    );
  };
  const heartbeat = setInterval(beat, heldMs / 3);
  beat();

  return {
    claim: ({ uploadEndpoint, webhookURL }) =>
      uploadEndpoint === undefined && webhookURL === undefined ? null : { holder, heldMs },
    start: (row) => start(row, true),
    async close() {
      clearInterval(heartbeat);
      closing.abort();
      await beating;
      await Promise.all([...active.values()].map(({ done }) => done));
      await releaseFollowUps(store.db, holder).catch(() => undefined); // then they are taken over a little later
    },
  };
}

class Follower {
  readonly #options: FollowUpOptions;
  readonly #closing: AbortSignal;
  readonly #owners = new Lanes({ most: MOST_AT_ONCE, mostPerLane: MOST_PER_OWNER });
  readonly #hosts = new Lanes({ most: Number.POSITIVE_INFINITY, mostPerLane: MOST_PER_HOST });

  constructor(options: FollowUpOptions, closing: AbortSignal) {
    this.#options = options;
    this.#closing = closing;
  }

  async follow(row: ApiTaskRow, isNew: boolean): Promise<void> {
    const { answers, watch } = this.#options;
    const { db } = answers.store;
    const known = isNew ? [] : await this.#patiently(() => readResultStates(db, row));
    const following = watch.follow(row.runUUID, true);
    watch.look();
    const stop = () => following.stop();
    this.#closing.addEventListener("abort", stop);
    try {
      const passing = new Map<string, Promise<void>>();
      let endedAt: Date | null = null;
      while (endedAt === null) {
        const progress = await following.next();
        if (progress === null) return;
        for (const step of progress.steps) {
          if (passing.has(step.step)) continue;
          const state = known.find((candidate) => candidate.step === step.step);
          const pass = this.#pass(row, step, state);
          pass.catch(() => undefined); // heard below, perhaps later
          passing.set(step.step, pass);
        }
        endedAt = progress.endedAt;
        if (endedAt !== null) await this.#tellUnreached(row, { ...progress, endedAt }, known);
      }
      await Promise.all(passing.values());
      const end = endedAt;
      await this.#patiently(() => endFollowUp(db, row, end));
    } finally {
      this.#closing.removeEventListener("abort", stop);
      stop();
    }
  }

  async #pass(row: ApiTaskRow, step: EndedStep, state: ResultState | undefined): Promise<void> {
    const { answers } = this.#options;
    const delivery = readDelivery(row.delivery);
    let { upload } = step;
    if (delivery.uploadEndpoint !== undefined && upload === null && isSuccess(step)) {
      const url = delivery.uploadEndpoint;
      upload = await this.#inLane(row, "upload", url, () => this.#upload(row, step, delivery));
    }
    if (delivery.webhookURL === undefined || typeof state?.webhookEnd === "string") return;
    const result = { step: step.step, endedAt: step.endedAt };
    const answer = await finalAnswerOf(answers, row, { ...step, upload }, this.#closing);
    await this.#tell(row, result, answer, state);
  }

  /** @returns how it ended; a failure is told with the result, which is kept */
  async #upload(
    row: ApiTaskRow,
    step: EndedStep,
    delivery: Delivery,
  ): Promise<NonNullable<EndedStep["upload"]>> {
    const { answers, watch, log } = this.#options;
    const sent = await this.#put(row, step, delivery);
    const upload =
      sent.kind === "taken"
        ? {}
        : { error: { code: "uploadFailed", message: `uploadEndpoint: ${sent.error.message}` } };
    if (sent.kind === "refused")
      log.warn({ taskUUID: row.taskUUID, error: sent.error }, "a result was not uploaded");
    await this.#patiently(() => saveUpload(answers.store.db, row, step.step, upload));
    answers.store.wakeUps.notify("events");
    watch.look();
    return upload;
  }

  async #put(row: ApiTaskRow, step: EndedStep, delivery: Delivery): Promise<Sent> {
    const { answers, outside, patience } = this.#options;
    const url = delivery.uploadEndpoint ?? "";
    try {
      const uuid = await resultPicture(answers, row, step);
      const { bytes, mediaType } = await answers.pictures.encode(row.owner, uuid, delivery);
      const headers = { "content-type": mediaType };
      const message = { method: "PUT", headers, body: bytes, signal: this.#closing } as const;
      return await sendPatiently(outside, url, message, patience?.upload ?? UPLOAD_PATIENCE);
    } catch (error) {
      /* What can be had another time is tried again then; what its owner deleted meanwhile cannot. */
      if (this.#closing.aborted || isConnectionLost(error)) throw error;
      return { kind: "refused", error: toErrorRecord(error), isFinal: true };
    }
  }

  async #tellUnreached(
    row: ApiTaskRow,
    progress: ApiProgress & { readonly endedAt: Date },
    known: readonly ResultState[],
  ): Promise<void> {
    const { endedAt } = progress;
    if (readDelivery(row.delivery).webhookURL === undefined) return;
    for (const step of missingSteps(row, progress)) {
      const state = known.find((candidate) => candidate.step === step);
      if (typeof state?.webhookEnd !== "string")
        await this.#tell(row, { step, endedAt }, unreachedAnswer(row, progress), state);
    }
  }

  /** Until the receiver takes it or patience ends; each failure is written down, so that a restart goes on from there. */
  async #tell(
    row: ApiTaskRow,
    result: Result,
    answer: TaskAnswer,
    state: ResultState | undefined,
  ): Promise<void> {
    const { answers, outside, readSecret, webhookBody, log } = this.#options;
    const patience = this.#options.patience?.webhook ?? WEBHOOK_PATIENCE;
    const url = readDelivery(row.delivery).webhookURL ?? "";
    const secret = await this.#patiently(readSecret);
    const save = (webhook: Parameters<typeof saveWebhook>[3]) =>
      this.#patiently(() => saveWebhook(answers.store.db, row, result.step, webhook));
    let attempts = state?.webhookAttempts ?? 0;
    let waitMs = Math.max(0, (state?.webhookAt?.getTime() ?? 0) - Date.now());
    for (;;) {
      if (waitMs > 0) await sleep(waitMs, undefined, { signal: this.#closing });
      const signing = { secret, id: messageId(row, result), now: new Date() };
      const message = {
        method: "POST",
        ...webhookMessage(answer, webhookBody, signing),
        signal: this.#closing,
      } as const;
      const sent = await this.#inLane(row, "webhook", url, () => sendOnce(outside, url, message, patience));
      attempts += 1;
      if (sent.kind === "taken") {
        return save({ webhookAttempts: attempts, webhookAt: null, webhookEnd: "told" });
      }
      if (sent.isFinal || attempts >= patience.attempts) {
        log.warn({ taskUUID: row.taskUUID, attempts, error: sent.error }, "a webhook was given up");
        return save({ webhookAttempts: attempts, webhookAt: null, webhookEnd: "givenUp" });
      }
      waitMs = delayAfter(attempts, patience, Math.random());
      await save({ webhookAttempts: attempts, webhookAt: new Date(Date.now() + waitMs), webhookEnd: null });
    }
  }

  /** A machine's turn first: who waits for one that is dead keeps nobody from the others. */
  #inLane<T>(
    { owner }: ApiTaskRow,
    kind: "upload" | "webhook",
    url: string,
    work: () => Promise<T>,
  ): Promise<T> {
    const { host } = new URL(url);
    return this.#hosts.run(`${owner} ${kind} ${host}`, () => this.#owners.run(owner, work));
  }

  #patiently<T>(work: () => Promise<T>): Promise<T> {
    return throughOutages(work, { signal: this.#closing });
  }
}

/** A result as it is now: one that is made again ends anew. */
interface Result {
  readonly step: string;
  readonly endedAt: Date;
}

/**
 * The `webhook-id` of Standard Webhooks names the message, and receivers drop what they have had under it: so it is the
 * same for every attempt, and another one for what came of a retry.
 */
const messageId = ({ taskUUID }: ApiTaskRow, { step, endedAt }: Result): string =>
  `msg_${taskUUID}_${step}_${endedAt.getTime().toString(36)}`;
