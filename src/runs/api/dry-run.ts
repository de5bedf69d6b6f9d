import type { OwnerUUID } from "../../contracts/ids.ts";
import type { WireInference, WireMasking, WireStorage, WireUpload } from "../../contracts/wire/tasks.ts";
import type { TaskAnswer } from "../../protocol/task-service.ts";
import type { Pictures } from "../pictures/pictures.ts";
import type { PrepareTask } from "./prepare-task.ts";
import type { PriceOf } from "./price-of.ts";
import { checkPictures } from "./read-pictures.ts";

interface Parts {
  readonly answers: { readonly pictures: Pick<Pictures, "check"> };
  readonly prepare: PrepareTask;
  readonly priceOf: PriceOf;
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
  const prepared = await prepare(task, request);
  const failed = await checkPictures(answers.pictures, owner, { task, request }, context.signal);
  if (failed !== null) return failed;
  const results = task.taskType === "imageInference" ? task.numberResults : 1;
  const { taskType, taskUUID } = task;
  return { item: { taskType, taskUUID, dryRun: true, cost: priceOf(prepared) * results } };
}

/** The same of an upload or a deletion, which cost nothing. Errors: those of Pictures. */
export async function dryStorageAnswer(
  pictures: Pick<Pictures, "check">,
  owner: OwnerUUID,
  task: WireUpload | WireStorage,
  signal: AbortSignal,
): Promise<TaskAnswer> {
  await pictures.check(owner, task.taskType === "imageUpload" ? task.image : task.media, signal);
  const { taskType, taskUUID } = task;
  return { item: { taskType, taskUUID, dryRun: true, cost: 0 } };
}
