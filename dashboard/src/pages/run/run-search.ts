/** What of a run is opened: nothing = all of it. */
export interface RunSearch {
  /** UUID of a task. */
  readonly task?: string;
}

export function readRunSearch({ task }: Readonly<Record<string, unknown>>): RunSearch {
  return typeof task === "string" && /^[0-9a-f-]{36}$/i.test(task) ? { task } : {};
}
