import { possibleModels, type ResolvedWorkflow } from "../../engine/resolved-workflow.ts";

/**
 * How long so many pictures take: as long as the queue that takes longest, since the others work meanwhile.
 * @param secondsOf a picture's work in each queue, in seconds
 * @param atOnce tasks of each queue that are done at a time; of a queue that nobody serves now, one
 */
export function batchSeconds(
  pictures: number,
  secondsOf: Readonly<Record<string, number>>,
  atOnce: ReadonlyMap<string, number>,
): number {
  const each = Object.entries(secondsOf).map(
    ([queue, seconds]) => (pictures * seconds) / Math.max(1, atOnce.get(queue) ?? 0),
  );
  return Math.max(0, ...each);
}

/** Tasks at a time of that queue of the workflow's steps which does the fewest; 0 where nobody serves any of them. */
export function narrowestQueue({ steps }: ResolvedWorkflow, atOnce: ReadonlyMap<string, number>): number {
  const queues = new Set(
    Object.values(steps).flatMap((step) => possibleModels(step).map(({ queue }) => queue)),
  );
  const served = [...queues].flatMap((queue) => atOnce.get(queue) ?? []);
  return served.length === 0 ? 0 : Math.min(...served);
}
