import type { OwnerUUID, TaskUUID } from "../../contracts/ids.ts";
import type { WireStorage, WireUpload } from "../../contracts/wire/tasks.ts";
import type { TaskAnswer, TaskContext } from "../../protocol/task-service.ts";
import { type AnsweredTask, type ApiTaskRow, findApiTask, rememberAnswer } from "../../store/api-tasks.ts";
import { storePicture } from "../pictures/upload.ts";
import type { AnswerServices } from "./answers.ts";
import { conflict } from "./conflict.ts";
import { withoutPictures } from "./request-identity.ts";

/** An upload or a deletion as it was sent. */
interface SentMedia {
  readonly owner: OwnerUUID;
  readonly task: WireUpload | WireStorage;
  readonly taskUUID: TaskUUID;
  readonly request: Readonly<Record<string, unknown>>;
  readonly digest: string;
  readonly context: TaskContext;
}

/**
 * Uploads and deletions: they have no run, but their UUIDs are taken as those of other tasks are, and the same request
 * again gets the same answer and does nothing. One that failed leaves its UUID free.
 */
export class MediaStorage {
  readonly #services: Pick<AnswerServices, "store" | "pictures">;
  /** Under way in this process: the same one sent again waits for its answer. */
  readonly #storing = new Map<string, Promise<TaskAnswer>>();

  constructor(services: Pick<AnswerServices, "store" | "pictures">) {
    this.#services = services;
  }

  /** Errors: those of Pictures. */
  async perform(sent: SentMedia): Promise<TaskAnswer> {
    const { owner, taskUUID } = sent;
    const key = `${owner} ${taskUUID}`;
    await this.#storing.get(key)?.catch(() => undefined);
    const known = await findApiTask(this.#services.store.db, { owner, taskUUID });
    if (known !== null) return answerAgain(known, sent);
    /* Nothing is awaited between this look and the entry: two of the same go one after the other. */
    if (this.#storing.has(key)) return this.perform(sent);
    const storing = this.#store(sent);
    this.#storing.set(key, storing);
    return storing.finally(() => this.#storing.delete(key));
  }

  async #store(sent: SentMedia): Promise<TaskAnswer> {
    const { owner, task, taskUUID, digest, context } = sent;
    const { store, pictures } = this.#services;
    try {
      const answer = await storePicture(pictures, owner, task, context);
      const request = await keptRequest(sent, answer);
      const { taskType } = task;
      const row: AnsweredTask = { owner, taskUUID, taskType, digest, request, answer, runUUID: null };
      if (await rememberAnswer(store.db, row)) return { item: answer };
    } catch (error) {
      /* What cannot be deleted any more, another process may just have deleted for the same request. */
      const other = await findApiTask(store.db, sent);
      if (other === null) throw error;
      return answerAgain(other, sent);
    }
    const other = await findApiTask(store.db, sent);
    return other === null ? { error: conflict(sent) } : answerAgain(other, sent);
  }
}

function answerAgain(known: ApiTaskRow | AnsweredTask, sent: SentMedia): TaskAnswer {
  if (known.runUUID !== null || known.digest !== sent.digest) return { error: conflict(sent) };
  return { item: { ...known.answer } };
}

function keptRequest({ task, request }: SentMedia, answer: Readonly<Record<string, unknown>>) {
  const reference = task.taskType === "imageUpload" ? task.image : task.media;
  const uuid = String(answer["imageUUID"] ?? answer["mediaUUID"]);
  return withoutPictures(request, reference.kind === "base64" ? [{ data: reference.data, uuid }] : []);
}
