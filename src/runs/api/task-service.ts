import { newRunUUID, type OwnerUUID, TaskUUID } from "../../contracts/ids.ts";
import type { WireInference, WireMasking, WireTask } from "../../contracts/wire/tasks.ts";
import type { WireError } from "../../contracts/wire/wire-error.ts";
import type { TaskAnswer, TaskContext, TaskService } from "../../protocol/task-service.ts";
import { readApiProgress } from "../../store/api-progress.ts";
import { type AnsweredTask, type ApiTaskRow, findApiTask } from "../../store/api-tasks.ts";
import { knowingOutages } from "../../store/connection-loss.ts";
import type { AnswerServices } from "./answers.ts";
import { beginTask } from "./begin-task.ts";
import { conflict } from "./conflict.ts";
import { deliverResults } from "./deliver-results.ts";
import { deliveryOf, readDelivery, wantsSteps } from "./delivery.ts";
import { dryRunAnswer, dryStorageAnswer } from "./dry-run.ts";
import type { FollowUps } from "./follow-ups.ts";
import { MediaStorage } from "./media-storage.ts";
import type { PrepareTask } from "./prepare-task.ts";
import type { PriceOf } from "./price-of.ts";
import { readPictures } from "./read-pictures.ts";
import { requestDigest, withoutPictures } from "./request-identity.ts";
import type { Following, RunWatch } from "./run-watch.ts";
import { getResponse, getTaskDetails } from "./task-details.ts";
import { isOurFault, toWireError } from "./to-wire-error.ts";

export interface TaskServiceParts {
  readonly answers: AnswerServices;
  readonly watch: RunWatch;
  readonly followUps: FollowUps;
  readonly prepare: PrepareTask;
  /** US dollars of one result of a model. */
  readonly priceOf: PriceOf;
  /** Hears what was begun, once. */
  readonly onBegun: (begun: Pick<ApiTaskRow, "taskUUID" | "taskType" | "runUUID">) => void;
  /** Hears what is nobody's fault but ours. */
  readonly onError: (error: unknown) => void;
}

type Executed = WireMasking | WireInference;
type Deliver = (answer: TaskAnswer) => void;

/** One task as it was sent. */
interface Sent {
  readonly owner: OwnerUUID;
  readonly task: Executed;
  readonly taskUUID: TaskUUID;
  readonly request: Readonly<Record<string, unknown>>;
  readonly digest: string;
  readonly context: TaskContext;
}

/** For so long after its end a task that is sent again is answered again; after that its UUID is simply taken. */
const RESENT_MS = 10 * 60_000;

/** Tasks of the wire as runs of the engine. */
export function createTaskService(parts: TaskServiceParts): TaskService {
  const execution = new Execution(parts);
  const storage = new MediaStorage(parts.answers);
  const answer = async (
    owner: OwnerUUID,
    task: WireTask,
    request: Readonly<Record<string, unknown>>,
    deliver: Deliver,
    context: TaskContext,
  ): Promise<void> => {
    const taskUUID = TaskUUID.parse(task.taskUUID);
    switch (task.taskType) {
      case "imageMasking":
      case "imageInference": {
        const digest = await requestDigest(request);
        return execution.perform({ owner, task, taskUUID, request, digest, context }, deliver);
      }
      case "getResponse":
        return (await getResponse(parts.answers, { ...task, taskUUID, owner })).forEach(deliver);
      case "getTaskDetails":
        return deliver(await getTaskDetails(parts.answers, { ...task, taskUUID, owner }));
      default: {
        if (context.dryRun) {
          return deliver(await dryStorageAnswer(parts.answers.pictures, owner, task, context.signal));
        }
        const digest = await requestDigest(request);
        return deliver(await storage.perform({ owner, task, taskUUID, request, digest, context }));
      }
    }
  };
  return {
    async perform(owner, task, request, deliver, context) {
      try {
        await answer(owner, task, request, deliver, context);
      } catch (thrown) {
        const error = knowingOutages(thrown);
        if (isOurFault(error)) parts.onError(thrown);
        const field = task.taskType === "imageUpload" ? "image" : "media";
        const isUpload = task.taskType === "imageUpload" || task.taskType === "mediaStorage";
        deliver({ error: toWireError(error, task, isUpload ? field : undefined) });
      }
    },
  };
}

class Execution {
  readonly #parts: TaskServiceParts;
  /** Tasks whose pictures are being read: the same one sent again waits until it is begun. */
  readonly #beginning = new Map<string, Promise<unknown>>();

  constructor(parts: TaskServiceParts) {
    this.#parts = parts;
  }

  async perform(sent: Sent, deliver: Deliver): Promise<void> {
    const { owner, taskUUID, context } = sent;
    if (context.dryRun) return deliver(await dryRunAnswer(this.#parts, sent));
    const key = `${owner} ${taskUUID}`;
    await this.#beginning.get(key)?.catch(() => undefined);
    const known = await findApiTask(this.#parts.answers.store.db, { owner, taskUUID });
    if (known !== null) return this.#attach(known, sent, deliver);
    /* Nothing is awaited between this look and the entry: two of the same begin one after the other. */
    const before = this.#beginning.get(key);
    if (before !== undefined) return this.perform(sent, deliver);
    const beginning = this.#begin(sent);
    this.#beginning.set(key, beginning);
    const begun = await beginning.finally(() => this.#beginning.delete(key));
    if ("error" in begun) return deliver({ error: begun.error });
    if (begun.following === null) return this.#attach(begun.row, sent, deliver);
    const isOver = await this.#answer(begun.row, begun.following, deliver, context);
    if (!isOver) context.onGoesOn?.(() => this.#end(begun.row));
  }

  /** Resolves when the task has ended, or the server closes. */
  async #end({ runUUID }: ApiTaskRow): Promise<void> {
    const following = this.#parts.watch.follow(runUUID, false);
    for (let isOver = false; !isOver; ) {
      const progress = await following.next();
      isOver = progress === null || progress.endedAt !== null;
    }
    following.stop();
  }

  /** Reads the pictures and stores everything, or says what is wrong; then nothing was begun and the UUID is free. */
  async #begin(
    sent: Sent,
  ): Promise<
    | { readonly row: ApiTaskRow; readonly following: Following }
    | { readonly row: ApiTaskRow | AnsweredTask; readonly following: null }
    | { readonly error: WireError }
  > {
    const { owner, task, taskUUID, request, digest, context } = sent;
    const { answers, watch, followUps, prepare, priceOf } = this.#parts;
    const { store, pictures: exchange } = answers;
    const prepared = await prepare(task, request);
    const read = await readPictures(exchange, owner, { task, request }, context.signal);
    if ("error" in read) return read;
    /* At a provider that is paid, what is not billed, such as a result that is there already, costs nothing. */
    const price = prepared.reserved > 0 ? 0 : priceOf(prepared);
    const terms = { baseUrl: context.baseUrl, price, ...seedOf(prepared) };
    const delivery = deliveryOf(task, request, terms);
    const runUUID = newRunUUID();
    const kept = await withoutPictures(request, read.stored);
    const row: ApiTaskRow = {
      owner,
      taskUUID,
      taskType: task.taskType,
      digest,
      request: kept,
      delivery,
      runUUID,
    };
    /* Followed before it exists, so that its end cannot be missed. */
    const following = watch.follow(runUUID, wantsSteps(delivery));
    try {
      const followUp = followUps.claim(delivery);
      const { pictures } = read;
      if (await beginTask(store, { ...row, prepared, pictures, followUp, delivery, request: kept })) {
        this.#parts.onBegun({ taskUUID, taskType: task.taskType, runUUID });
        if (followUp !== null) followUps.start(row);
        return { row, following };
      }
    } catch (error) {
      following.stop();
      throw error;
    }
    following.stop();
    const other = await findApiTask(store.db, { owner, taskUUID });
    return other === null ? { error: conflict(sent) } : { row: other, following: null };
  }

  /** The same request again is the same task; any other under its UUID is a conflict. */
  async #attach(row: ApiTaskRow | AnsweredTask, sent: Sent, deliver: Deliver): Promise<void> {
    if (row.runUUID === null || row.digest !== sent.digest) return deliver({ error: conflict(sent) });
    const { answers, watch } = this.#parts;
    const progress = (await readApiProgress(answers.store.db, [row.runUUID])).get(row.runUUID);
    const endedAt = progress?.endedAt?.getTime();
    if (endedAt !== undefined && endedAt < Date.now() - RESENT_MS) return deliver({ error: conflict(sent) });
    const following = watch.follow(row.runUUID, wantsSteps(readDelivery(row.delivery)));
    watch.look();
    await this.#answer(row, following, deliver, sent.context);
  }

  /** @returns whether nothing of the task is under way any more */
  async #answer(
    row: ApiTaskRow,
    following: Following,
    deliver: Deliver,
    { signal }: TaskContext,
  ): Promise<boolean> {
    const { taskType, taskUUID } = row;
    if (readDelivery(row.delivery).isAsync) {
      following.stop();
      deliver({ item: { taskType, taskUUID } });
      return false;
    }
    const isComplete = await deliverResults(this.#parts.answers, row, following, deliver, signal);
    if (isComplete || signal.aborted) return isComplete;
    const message = "the server is closing; the task goes on, ask for its results with getResponse";
    deliver({ error: toWireError({ code: "ENGINE_UNAVAILABLE", message }, row) });
    return false;
  }
}

const seedOf = ({ seed }: { readonly seed: number | undefined }) => (seed === undefined ? {} : { seed });
