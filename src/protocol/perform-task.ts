import type { Caller, Role } from "../contracts/caller.ts";
import { includesRole } from "../contracts/caller.ts";
import type { WireTaskType } from "../contracts/wire/tasks.ts";
import { MaskloomError } from "../errors.ts";
import { belongingTo, describeFailure } from "./answers.ts";
import type { Gatekeeper } from "./gatekeeper.ts";
import type { TaskElement } from "./read-element.ts";
import type { TaskAnswer, TaskContext, TaskService } from "./task-service.ts";

export interface Performer {
  readonly tasks: TaskService;
  readonly gate: Gatekeeper;
  /** Hears of what nobody foresaw. */
  readonly onFailure: (error: unknown) => void;
}

/** What a key must at least be allowed to do. */
const NEEDED_ROLE: Readonly<Record<WireTaskType, Role>> = {
  imageMasking: "operator",
  imageInference: "operator",
  imageUpload: "operator",
  mediaStorage: "operator",
  getResponse: "viewer",
  getTaskDetails: "viewer",
};

/**
 * Has a task performed, and sees to it that every answer names it as the client does and that there is at least one.
 * Rejects never, and delivers nothing after it has resolved.
 */
export async function performTask(
  { tasks, gate, onFailure }: Performer,
  caller: Caller,
  element: TaskElement,
  context: TaskContext,
  deliver: (answer: TaskAnswer) => void,
): Promise<void> {
  let answers = 0;
  let isOver = false;
  const pass = (answer: TaskAnswer) => {
    if (isOver) return;
    answers += 1;
    deliver(belongingTo(element, answer));
  };
  let end: (() => void) | null = null;
  let goesOn: (() => Promise<void>) | undefined;
  const onGoesOn = (ended: () => Promise<void>) => {
    goesOn = ended;
  };
  try {
    refuseRole(caller, element.task.taskType);
    end = await gate.admit(caller, element.task.taskType);
    await tasks.perform(caller.owner, element.task, element.request, pass, { ...context, onGoesOn });
    if (answers === 0 && !context.signal.aborted) {
      throw new MaskloomError("INTERNAL", `${element.task.taskType} ended without an answer`);
    }
  } catch (error) {
    if (!(error instanceof MaskloomError) || error.code === "INTERNAL") onFailure(error);
    pass({ error: describeFailure(error) });
  } finally {
    isOver = true;
    if (end !== null) void (goesOn?.() ?? Promise.resolve()).then(end, end);
  }
}

function refuseRole(caller: Caller, taskType: WireTaskType): void {
  const needed = NEEDED_ROLE[taskType];
  if (includesRole(caller.role, needed)) return;
  throw new MaskloomError(
    "FORBIDDEN",
    `${taskType}: expected a key of role ${needed} or above, got one of role ${caller.role}`,
  );
}
