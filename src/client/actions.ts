import { QueueList, QueueView, type RerunRun } from "../contracts/actions.ts";
import { AlikeRuns } from "../contracts/compare.ts";
import {
  type DecidedReview,
  DecidedReviews,
  type DecideReview,
  DecisionList,
  type DecisionQuery,
  ReviewList,
  type ReviewQuery,
} from "../contracts/review.ts";
import { RunDetail, type RunView, TaskView } from "../contracts/run.ts";
import { type LogLine, type TaskCall, TaskCalls, TaskCrops, TaskLog } from "../contracts/task-records.ts";
import type { CallOptions, Connection } from "./connection.ts";

/* Methods of the client for what is done to runs, tasks and queues. */

type Ask = Connection["json"];

export const at = (kind: string, id: string, action = "") =>
  `api/${kind}/${encodeURIComponent(id)}${action === "" ? "" : `/${action}`}`;
export const post = ({ signal }: { readonly signal?: AbortSignal | undefined }, body?: unknown) =>
  ({ method: "POST", signal, ...(body === undefined ? {} : { body }) }) as const;

export const onceOnly = (key: string | undefined): Record<string, string> =>
  key === undefined ? {} : { "idempotency-key": key };

export interface RerollOptions extends CallOptions {
  /** Id of the step; default: the first that draws by a seed. */
  readonly from?: string;
}

export interface RerunOptions extends CallOptions, Partial<RerunRun> {}

export const runActions = (ask: Ask) => ({
  cancel: (runUUID: string, options: CallOptions = {}): Promise<RunDetail> =>
    ask(RunDetail, at("runs", runUUID, "cancel"), post(options)),
  /** Other runs of the same picture, or of a file of the same name, the newest first. */
  alike: async (
    runUUID: string,
    { signal, limit }: CallOptions & { readonly limit?: number } = {},
  ): Promise<RunView[]> =>
    (await ask(AlikeRuns, at("runs", runUUID, "alike"), { query: { limit }, signal })).runs,
  /** What workers wrote about its tasks. */
  logs: async (runUUID: string, { signal, ...query }: LogOptions = {}): Promise<LogLine[]> =>
    (await ask(TaskLog, at("runs", runUUID, "logs"), { query, signal })).lines,
  /** Goes on with a failed or cancelled run; the same seeds. */
  retry: (runUUID: string, options: CallOptions = {}): Promise<RunDetail> =>
    ask(RunDetail, at("runs", runUUID, "retry"), post(options)),
  /** A new run with other seeds from a step on. */
  reroll: (runUUID: string, { from, ...options }: RerollOptions = {}): Promise<RunDetail> =>
    ask(RunDetail, at("runs", runUUID, "reroll"), post(options, { from })),
  /** A new run with some parameters changed. */
  rerun: (runUUID: string, { signal, ...body }: RerunOptions): Promise<RunDetail> =>
    ask(RunDetail, at("runs", runUUID, "rerun"), { ...post({}, body), signal }),
});

export interface LogOptions extends CallOptions {
  /** Only lines after the one with this id. */
  readonly after?: number;
  /** 1 to 1,000; default 1,000. */
  readonly limit?: number;
}

export const taskActions = (ask: Ask) => ({
  /** Crops that were sent and came back, as far as they were kept. */
  crops: (taskUUID: string, options: CallOptions = {}): Promise<TaskCrops> =>
    ask(TaskCrops, at("tasks", taskUUID, "crops"), options),
  /** What it asked of providers elsewhere. */
  calls: async (taskUUID: string, options: CallOptions = {}): Promise<TaskCall[]> =>
    (await ask(TaskCalls, at("tasks", taskUUID, "calls"), options)).calls,
  /** What workers wrote about it. */
  logs: async (taskUUID: string, { signal, ...query }: LogOptions = {}): Promise<LogLine[]> =>
    (await ask(TaskLog, at("tasks", taskUUID, "logs"), { query, signal })).lines,
  cancel: (taskUUID: string, options: CallOptions = {}): Promise<TaskView> =>
    ask(TaskView, at("tasks", taskUUID, "cancel"), post(options)),
  retry: (taskUUID: string, options: CallOptions = {}): Promise<TaskView> =>
    ask(TaskView, at("tasks", taskUUID, "retry"), post(options)),
  /** A new run with other seeds from this task's step on; of an element, that one alone. */
  reroll: (taskUUID: string, options: CallOptions = {}): Promise<RunDetail> =>
    ask(RunDetail, at("tasks", taskUUID, "reroll"), post(options)),
  /** Of a task in review. With its `round` a decision that is sent again changes nothing. */
  decide: (taskUUID: string, { signal, ...decision }: DecideOptions): Promise<TaskView> =>
    ask(TaskView, at("tasks", taskUUID, "decision"), { ...post({}, decision), signal }),
});

export interface DecideOptions extends CallOptions, DecideReview {}

/** What is said of one review, by its task. */
interface NamedDecision extends DecideReview {
  readonly taskUUID: string;
}
export interface DecideReviewsOptions extends CallOptions {
  readonly decisions: readonly NamedDecision[];
}

export interface Paging {
  /** How many are left out at the head of the list. */
  readonly offset?: number;
  /** 1 to 200; default 50. */
  readonly limit?: number;
}

export interface ListReviewsOptions
  extends CallOptions,
    Paging,
    Pick<ReviewQuery, "batch" | "workflow" | "step" | "sort"> {}
export interface ListDecisionsOptions
  extends CallOptions,
    Paging,
    Pick<DecisionQuery, "batch" | "run" | "workflow"> {}

export const reviewMethods = (ask: Ask) => ({
  /** Those with the worst numbers first; what is decided makes room, so that the next ones move up. */
  list: ({ signal, ...query }: ListReviewsOptions = {}): Promise<ReviewList> =>
    ask(ReviewList, "api/reviews", { query, signal }),
  /** What was decided, by whom and when, the newest first. */
  decisions: ({ signal, ...query }: ListDecisionsOptions = {}): Promise<DecisionList> =>
    ask(DecisionList, "api/reviews/decisions", { query, signal }),
  /** Up to 500, each of them taken or refused by itself. Those that have no result were not reached: to be sent again. */
  decide: async ({ decisions, signal }: DecideReviewsOptions): Promise<readonly DecidedReview[]> =>
    (await ask(DecidedReviews, "api/reviews/decisions", { ...post({}, { decisions }), signal })).results,
});

export const queueMethods = (ask: Ask) => ({
  list: async (options: CallOptions = {}): Promise<QueueView[]> =>
    (await ask(QueueList, "api/queues", options)).queues,
  pause: (name: string, options: CallOptions = {}): Promise<QueueView> =>
    ask(QueueView, at("queues", name, "pause"), post(options)),
  resume: (name: string, options: CallOptions = {}): Promise<QueueView> =>
    ask(QueueView, at("queues", name, "resume"), post(options)),
});
