import type { OwnerUUID, TaskUUID } from "../../contracts/ids.ts";
import type { WireError } from "../../contracts/wire/wire-error.ts";
import type { TaskAnswer } from "../../protocol/task-service.ts";
import { readApiProgress } from "../../store/api-progress.ts";
import { type AnsweredTask, type ApiTaskRow, findApiTask } from "../../store/api-tasks.ts";
import { type AnswerServices, answerOf, missingSteps, readySteps, unreachedAnswer } from "./answers.ts";
import { stepsOf } from "./api-workflow.ts";
import { readDelivery } from "./delivery.ts";

interface Question {
  readonly owner: OwnerUUID;
  readonly taskUUID: TaskUUID;
  readonly taskType: "getResponse" | "getTaskDetails";
}

/**
 * Everything that is known of a task's results, one answer for each that was asked for, in an order that stays the same:
 * some clients count them.
 */
export async function getResponse(services: AnswerServices, question: Question): Promise<TaskAnswer[]> {
  const row = await findApiTask(services.store.db, question);
  return row === null ? [{ error: unknownTask(question) }] : answersSoFar(services, row);
}

/** The request as it was sent, with pictures by UUID, and what was answered to it. */
export async function getTaskDetails(services: AnswerServices, question: Question): Promise<TaskAnswer> {
  const row = await findApiTask(services.store.db, question);
  if (row === null) return { error: unknownTask(question) };
  const answers = await answersSoFar(services, row);
  const errors = answers.flatMap((answer) => ("error" in answer ? [answer.error] : []));
  const { taskType, taskUUID } = question;
  return {
    item: {
      taskType,
      taskUUID,
      request: [row.request],
      response: {
        data: answers.flatMap((answer) => ("item" in answer ? [answer.item] : [])),
        ...(errors.length === 0 ? {} : { errors }),
      },
    },
  };
}

async function answersSoFar(services: AnswerServices, row: ApiTaskRow | AnsweredTask): Promise<TaskAnswer[]> {
  if (row.runUUID === null) return [withStatus({ item: { ...row.answer } })];
  const progress = (await readApiProgress(services.store.db, [row.runUUID])).get(row.runUUID);
  const delivery = readDelivery(row.delivery);
  const ready = progress === undefined ? [] : readySteps(progress, delivery);
  const unreached = progress?.endedAt == null ? [] : missingSteps(row, progress);
  const names = stepsOf(delivery.numberResults, row.taskType);
  return Promise.all(
    names.map(async (name): Promise<TaskAnswer> => {
      const step = ready.find((candidate) => candidate.step === name);
      if (step !== undefined) return withStatus(await answerOf(services, row, step));
      if (progress !== undefined && unreached.includes(name))
        return withStatus(unreachedAnswer(row, progress));
      return { item: { taskType: row.taskType, taskUUID: row.taskUUID, status: "processing" } };
    }),
  );
}

function withStatus(answer: TaskAnswer): TaskAnswer {
  if ("error" in answer) return { error: { ...answer.error, status: "error" } };
  const { taskType, taskUUID, ...rest } = answer.item;
  return { item: { taskType, taskUUID, status: "success", ...rest } };
}

function unknownTask({ taskType, taskUUID }: Question): WireError {
  const message =
    `taskUUID ${taskUUID}: there is no such task; expected the taskUUID of one that was sent with the same key ` +
    "and not refused.";
  return { code: "taskNotFound", message, parameter: "taskUUID", taskType, taskUUID };
}
