import type { ParkedStatus, RunStatus } from "../../../src/contracts/run.ts";

interface Standing {
  readonly status: RunStatus;
  readonly parked?: ParkedStatus | undefined;
}

/** How a run stands for whoever looks: one in which nothing goes on is not running, but held. */
export const shownStatus = ({ status, parked }: Standing): RunStatus | ParkedStatus => parked ?? status;
