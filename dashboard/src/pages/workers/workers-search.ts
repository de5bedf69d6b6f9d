/** What of the workers page is in its address. */
export interface WorkersSearch {
  /** Only the workers that serve this queue. */
  readonly queue?: string;
}

export function readWorkersSearch({ queue }: Record<string, unknown>): WorkersSearch {
  return typeof queue === "string" && /^[a-z0-9][a-z0-9_-]{0,99}$/.test(queue) ? { queue } : {};
}
