import {
  BatchBudget,
  DecidedMany,
  type DecideManyParked,
  type DecideParked,
  ParkedList,
  type ParkedQuery,
} from "../contracts/parked.ts";
import { TaskView } from "../contracts/run.ts";
import { at, post } from "./actions.ts";
import type { CallOptions, Connection } from "./connection.ts";

/* Methods of the client for what waits for money, or for somebody to look at a provider's bill. */

type Ask = Connection["json"];

export interface ListParkedOptions extends CallOptions, Pick<ParkedQuery, "batch" | "provider" | "status"> {
  /** 1 to 200; default 50. */
  readonly limit?: number;
}

export interface DecideParkedOptions extends CallOptions, DecideParked {}

export const parkedMethods = (ask: Ask) => ({
  /** The longest waiting first. */
  list: ({ signal, ...query }: ListParkedOptions = {}): Promise<ParkedList> =>
    ask(ParkedList, "api/parked", { query, signal }),
  /** Of a task that is held or uncertain. */
  decide: (taskUUID: string, { signal, ...decision }: DecideParkedOptions): Promise<TaskView> =>
    ask(TaskView, at("tasks", taskUUID, "parked"), { ...post({}, decision), signal }),
  /** The same about many: those named, or all that match. Again with `until` of the answer where there are `more`. */
  decideMany: ({ signal, ...decision }: DecideManyParked & CallOptions): Promise<DecidedMany> =>
    ask(DecidedMany, "api/parked", { ...post({}, decision), signal }),
  /** What a batch's calls to providers may cost together, in USD; null = no limit of its own. */
  budget: (batchUUID: string, maxCost: number | null, { signal }: CallOptions = {}): Promise<BatchBudget> =>
    ask(BatchBudget, at("batches", batchUUID, "budget"), { method: "PUT", body: { maxCost }, signal }),
});
