import {
  endsTask,
  isParked,
  type PlannedTask,
  type RunState,
  type TaskChange,
  type TaskState,
} from "./run-state.ts";

/** A planned task before anything happened to it. */
export function newTaskState(task: PlannedTask): TaskState {
  const { taskUUID, step, element, taskType, provider, model, seed } = task;
  return {
    taskUUID,
    step,
    element,
    taskType,
    provider,
    model,
    seed,
    status: "waiting",
    input: null,
    output: null,
    error: null,
    failures: 0,
    losses: 0,
    seconds: 0,
    cost: null,
  };
}

/** The run as it will be once the changes, and the tasks that came into being with them, are written. */
export function applyChanges(
  run: RunState,
  changes: readonly TaskChange[],
  created: readonly PlannedTask[] = [],
): RunState {
  if (changes.length + created.length === 0) return run;
  return { ...run, tasks: applyToTasks(run.tasks, changes, created) };
}

export function applyToTasks(
  tasks: readonly TaskState[],
  changes: readonly TaskChange[],
  created: readonly PlannedTask[],
): TaskState[] {
  const byTask = new Map(changes.map((change) => [change.taskUUID, change]));
  return [...tasks, ...created.map(newTaskState)].map((task) => {
    const change = byTask.get(task.taskUUID);
    return change === undefined ? task : applyChange(task, change);
  });
}

function applyChange(task: TaskState, change: TaskChange): TaskState {
  if (endsTask(change)) {
    const { status, output, error, failures, losses } = change;
    return { ...task, status, output, error, failures, losses };
  }
  if (isParked(change)) {
    const { status, error, failures, losses } = change;
    return { ...task, status, error, failures, losses };
  }
  if (change.status === "review") {
    const { status, input, error, failures, losses } = change;
    return { ...task, status, input, output: null, error, failures, losses };
  }
  const { status, input, seed, error, failures, losses, place } = change;
  const { provider, model, spilled = false } = place ?? task;
  return { ...task, status, input, seed, error, failures, losses, provider, model, spilled };
}
