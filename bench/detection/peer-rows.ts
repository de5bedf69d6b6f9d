import { median, type Row, spread } from "../table.ts";
import type { ModelFigures } from "./model-figures.ts";
import type { MeasuredPeer } from "./peers.ts";

/** Peers are to take so many times as long. */
const GOAL = 1.5;

/** A row for each model and each peer that does the same, whether it answered or not. */
export function peerRows(all: readonly ModelFigures[], peers: readonly MeasuredPeer[]): Row[] {
  return peers.flatMap(({ name, taskOf, answer, failure }) =>
    all.flatMap(({ model, photos }): Row[] => {
      const task = taskOf(model);
      if (task === undefined) return [];
      const ours = photos.flatMap((photo) => photo.total);
      const row = { what: `${model} beside ${task}, ${name}`, ours: spread(ours) };
      const theirs = answer[task] ?? { error: failure ?? "no answer" };
      if (isFailure(theirs)) return [{ ...row, against: theirs.error }];
      const times = Object.values(theirs).flatMap((photo) => photo.ms);
      const ratio = median(times) / median(ours);
      // What even the networks alone do not reach is the runtime's to give.
      const limit = median(times) / median(photos.flatMap((photo) => photo.bare));
      const against = `${spread(times)}, ${ratio.toFixed(1)} x; of bare ${limit.toFixed(1)} x`;
      return [{ ...row, against, verdict: ratio >= GOAL }];
    }),
  );
}

function isFailure(answer: MeasuredPeer["answer"][string]): answer is { error: string } {
  return typeof answer["error"] === "string";
}
