import type { TaskAnswer } from "../../protocol/task-service.ts";
import type { ApiTaskRow } from "../../store/api-tasks.ts";
import {
  type AnswerServices,
  answerOf,
  isOver,
  missingSteps,
  readySteps,
  unreachedAnswer,
} from "./answers.ts";
import { readDelivery } from "./delivery.ts";
import type { Following } from "./run-watch.ts";

/**
 * Delivers the results of a task as they come, each once.
 * @returns whether all were delivered; not where `signal` aborted or the following was stopped
 */
export async function deliverResults(
  services: AnswerServices,
  row: ApiTaskRow,
  following: Following,
  deliver: (answer: TaskAnswer) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const delivery = readDelivery(row.delivery);
  const delivered = new Set<string>();
  const stop = () => following.stop();
  signal.addEventListener("abort", stop);
  try {
    while (!signal.aborted) {
      const progress = await following.next();
      if (progress === null) return false;
      for (const step of readySteps(progress, delivery)) {
        if (delivered.has(step.step)) continue;
        delivered.add(step.step);
        deliver(await answerOf(services, row, step, signal));
      }
      if (!isOver(progress, delivery)) continue;
      for (const _step of missingSteps(row, progress)) deliver(unreachedAnswer(row, progress));
      return true;
    }
    return false;
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
}
