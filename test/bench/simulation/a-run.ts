import type { Run } from "../../../bench/simulation/run.ts";

export const aRun = (own: Partial<Run> = {}): Run => ({
  owner: 0,
  isAtOnce: true,
  isRemote: false,
  work: 1,
  askedAt: 0,
  readyAt: 0,
  waited: 0,
  failures: 0,
  batch: null,
  ...own,
});
