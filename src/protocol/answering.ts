import { isDeepStrictEqual } from "node:util";
import type { TaskElement } from "./read-element.ts";

type Request = TaskElement["request"];

/**
 * The tasks of one session of which results are still to come. A client that loses patience sends a task once more;
 * were both answered, one that counts its results would take the first twice and never see the last.
 */
export class Answering {
  readonly #requests = new Map<string, Request>();

  /**
   * @returns whom to tell of each answer, and of the end; null where the very same is being answered already, and what it
   * yields is what this would. Another request under the same UUID, and what only asks, is answered by itself.
   */
  begin({ task, request }: TaskElement): { readonly onAnswer: () => void; readonly end: () => void } | null {
    if (task.taskType === "getResponse" || task.taskType === "getTaskDetails") return NOT_REPEATED;
    const uuid = task.taskUUID.toLowerCase();
    const first = this.#requests.get(uuid);
    if (first !== undefined) return isDeepStrictEqual(first, request) ? null : NOT_REPEATED;
    this.#requests.set(uuid, request);
    let left = task.taskType === "imageInference" ? task.numberResults : 1;
    const end = () => {
      if (this.#requests.get(uuid) === request) this.#requests.delete(uuid);
    };
    /* Whoever has the last result may ask for all of them again at once. */
    const onAnswer = () => {
      left -= 1;
      if (left === 0) end();
    };
    return { onAnswer, end };
  }
}

const NOT_REPEATED = { onAnswer: () => undefined, end: () => undefined };
