import type { RunDetail, TaskStatus, TaskView } from "../../../../../src/contracts/run.ts";

/** A step of a run as the page shows it: its own task, and those of its elements where it is a `forEach`. */
export interface RunStep {
  readonly id: string;
  /** The step's own task, or its first element's where that is all there is. */
  readonly task: TaskView;
  readonly elements: readonly TaskView[];
  readonly status: TaskStatus;
  /** Ids of the steps that it stands on. */
  readonly needs: readonly string[];
}

type Needs = Readonly<Record<string, readonly string[]>>;

/**
 * The steps in the order of the workflow, each after what it needs.
 * @param needs by step, as the server says; without it each step is taken to need the one before
 */
export function stepsOf({ tasks }: Pick<RunDetail, "tasks">, needs: Needs | undefined): readonly RunStep[] {
  const known = [...new Set(tasks.map(({ step }) => step))];
  const ids = needs === undefined ? known : orderOf(known, needs);
  return ids.flatMap((id, at) => {
    const own = tasks.filter(({ step }) => step === id);
    const elements = own.filter(({ element }) => element !== null).sort(byElement);
    const task = own.find(({ element }) => element === null) ?? elements[0];
    if (task === undefined) return [];
    const before = ids[at - 1];
    const needed = needs?.[id]?.filter((other) => known.includes(other));
    return [
      {
        id,
        task,
        elements,
        status: statusOf(task, elements),
        needs: needed ?? (before === undefined ? [] : [before]),
      },
    ];
  });
}

function byElement(one: TaskView, other: TaskView): number {
  return (one.element ?? 0) - (other.element ?? 0);
}

/** JSON objects do not promise an order, so it is made: what is needed first, else as the tasks stand. */
function orderOf(ids: readonly string[], needs: Needs): readonly string[] {
  const ordered = new Set<string>();
  const visit = (id: string, above: ReadonlySet<string>) => {
    if (ordered.has(id) || above.has(id)) return;
    for (const needed of needs[id] ?? []) if (ids.includes(needed)) visit(needed, new Set([...above, id]));
    ordered.add(id);
  };
  for (const id of ids) visit(id, new Set());
  return [...ordered];
}

/** A fan-in waits while its elements are done; what is seen then is that they are. */
function statusOf(task: TaskView, elements: readonly TaskView[]): TaskStatus {
  if (task.status !== "waiting" && task.status !== "queued") return task.status;
  const telling = (["running", "review", "queued"] as const).find((status) =>
    elements.some((element) => element.status === status),
  );
  return telling ?? task.status;
}
