import type { OwnerUUID, RunUUID, TaskUUID } from "../contracts/ids.ts";
import { DONE_RUN_STATUSES, DONE_TASK_STATUSES } from "../contracts/run.ts";
import type { LogLine } from "../contracts/task-records.ts";
import { currentCursor } from "../store/events.ts";
import type { Store } from "../store/store.ts";
import { readTaskLog } from "../store/task-logs.ts";
import { readRuns } from "../store/views.ts";
import { followEvents } from "./follow.ts";

/** Whose lines: those of all tasks of a run, or of one of them. */
export interface LogSubject {
  readonly owner: OwnerUUID;
  readonly run: RunUUID;
  readonly task: TaskUUID | null;
}

export interface FollowedLine {
  readonly line: LogLine;
  readonly step: string;
}

const LINES_AT_ONCE = 1_000;

/**
 * The lines that there are, then those that are written, until the run (or the task) has ended or `signal` aborts. Lines of one
 * task come in their order, none left out and none twice; those of several tasks as they became known.
 */
export async function* followLog(
  store: Store,
  subject: LogSubject,
  signal: AbortSignal,
): AsyncGenerator<FollowedLine> {
  const { owner, run } = subject;
  const reader = createReader(store, subject);
  /* First: what is written while the lines of before are read is among the events. */
  const cursor = await currentCursor(store.db);
  yield* await reader.readAll();
  if (reader.isOver()) return;
  for await (const { type, taskUUID } of followEvents(store, { owner, run }, cursor, signal)) {
    if (type === "task.logged" && taskUUID !== null) {
      yield* await reader.readOf(taskUUID);
    } else if (type === "run.ended" || type === "task.ended") {
      yield* await reader.readAll();
      if (reader.isOver()) return;
    }
  }
}

/** Remembers up to where the lines of each task were read. */
function createReader({ db }: Store, { owner, run, task: only }: LogSubject) {
  const readUpTo = new Map<TaskUUID, number>();
  const steps = new Map<TaskUUID, string>();
  let isOver = false;

  const look = async () => {
    const [view] = await readRuns(db, owner, [run]);
    const tasks = view?.tasks.filter(({ taskUUID }) => only === null || taskUUID === only) ?? [];
    for (const { taskUUID, step } of tasks) steps.set(taskUUID, step);
    isOver =
      view === undefined ||
      DONE_RUN_STATUSES.has(view.status) ||
      (only !== null && tasks.every(({ status }) => DONE_TASK_STATUSES.has(status)));
  };
  const readNew = async (task: TaskUUID): Promise<FollowedLine[]> => {
    const found: FollowedLine[] = [];
    for (let isMore = true; isMore; ) {
      const query = { after: readUpTo.get(task) ?? 0, limit: LINES_AT_ONCE };
      const lines = (await readTaskLog(db, owner, task, query)) ?? [];
      const last = lines.at(-1);
      if (last !== undefined) readUpTo.set(task, last.id);
      found.push(...lines.map((line) => ({ line, step: steps.get(task) ?? "" })));
      isMore = lines.length === LINES_AT_ONCE;
    }
    return found;
  };
  return {
    isOver: () => isOver,
    /** What is new of a task. */
    async readOf(task: TaskUUID): Promise<readonly FollowedLine[]> {
      if (!steps.has(task)) await look();
      return steps.has(task) ? readNew(task) : [];
    },
    /** What is new of all of them, in the order in which it was written. The look comes first: what had ended then has all its lines. */
    async readAll(): Promise<readonly FollowedLine[]> {
      await look();
      const found: FollowedLine[] = [];
      for (const task of steps.keys()) found.push(...(await readNew(task)));
      return found.sort((one, other) => one.line.id - other.line.id);
    },
  };
}
