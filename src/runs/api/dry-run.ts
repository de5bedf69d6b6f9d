import type { OwnerUUID } from "../../contracts/ids.ts";
import type { WireInference, WireMasking } from "../../contracts/wire/tasks.ts";
import type { TaskAnswer } from "../../protocol/task-service.ts";
import type { Pictures } from "../pictures/pictures.ts";
import type { PrepareTask } from "./prepare-task.ts";
import { readPictures } from "./read-pictures.ts";

interface Parts {
  readonly answers: { readonly pictures: Pictures };
  readonly prepare: PrepareTask;
  readonly priceOf: (model: string) => number;
}

interface Asked {
  readonly owner: OwnerUUID;
  readonly task: WireMasking | WireInference;
  readonly request: Readonly<Record<string, unknown>>;
  readonly context: { readonly signal: AbortSignal };
}

/** What the task would be refused with, or what it would cost; nothing is executed and its UUID stays free. */
export async function dryRunAnswer(
  { answers, prepare, priceOf }: Parts,
  { owner, task, request, context }: Asked,
): Promise<TaskAnswer> {
  const { model } = await prepare(task, request);
  const read = await readPictures(answers.pictures, owner, { task, request }, context.signal);
  if ("error" in read) return read;
  const results = task.taskType === "imageInference" ? task.numberResults : 1;
  const { taskType, taskUUID } = task;
  return { item: { taskType, taskUUID, dryRun: true, cost: priceOf(model) * results } };
}
