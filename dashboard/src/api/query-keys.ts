import type { BatchQuery } from "../../../src/contracts/api.ts";
import type { RunQuery } from "../../../src/contracts/run-list.ts";

/** Which runs a list shows; where a page of it begins is not part of it. */
export type RunFilter = Readonly<Partial<Record<Exclude<keyof RunQuery, "before" | "limit">, string>>>;
export type BatchFilter = Pick<BatchQuery, "status" | "workflow" | "single">;

/** What waits for somebody, as its lists are called. */
export type WaitingKind = "reviews" | "parked";

/** Under which name an answer is kept. What live events touch is found by these, so no key is written anywhere else. */
export const queryKeys = {
  runLists: ["runs", "list"],
  runList: (filter: RunFilter) => ["runs", "list", filter],
  runCounts: ["runs", "count"],
  runCount: (filter: RunFilter) => ["runs", "count", filter],
  run: (uuid: string) => ["runs", "one", uuid],
  /** Whether a picture can be seen, and why not. */
  picture: (artifact: string) => ["pictures", artifact],
  missingPicture: (artifact: string) => ["pictures", artifact, "missing"],
  task: (uuid: string) => ["tasks", "one", uuid],
  /** How far a provider is with a task: told by events alone. */
  progress: (taskUUID: string) => ["progress", taskUUID],
  /** What workers wrote about a task or a run. */
  records: (uuid: string) => ["records", uuid],
  log: (uuid: string) => ["records", uuid, "log"],
  calls: (taskUUID: string, endedAt: string | null) => ["records", taskUUID, "calls", endedAt],
  crops: (taskUUID: string, endedAt: string | null) => ["records", taskUUID, "crops", endedAt],
  batchLists: ["batches", "list"],
  batchList: (filter: BatchFilter) => ["batches", "list", filter],
  batch: (uuid: string) => ["batches", "one", uuid],
  batchPictures: (uuid: string, query: object) => ["batches", "one", uuid, "pictures", query],
  batchFailures: (uuid: string, code: string) => ["batches", "one", uuid, "failures", code],
  batchSettings: (uuid: string) => ["batchSettings", uuid],
  batchEstimate: (wish: object) => ["batchEstimate", wish],
  folders: (path: string | null) => ["folders", path],
  reviewLists: ["reviews", "list"],
  reviewList: (filter: object) => ["reviews", "list", filter],
  decisionLists: ["reviews", "decisions"],
  decisionList: (filter: object) => ["reviews", "decisions", filter],
  alikeRuns: (uuid: string) => ["runs", "alike", uuid],
  comparisons: ["batches", "compared"],
  found: (uuid: string) => ["found", uuid],
  comparedBatches: (query: object) => ["batches", "compared", query],
  session: ["session"],
  overview: ["overview"],
  queues: ["queues"],
  workers: ["workers"],
  providers: ["providers"],
  waiting: (kind: WaitingKind) => ["waiting", kind],
  parkedLists: ["parked"],
  parkedList: (filter: object) => ["parked", filter],
  keys: ["keys"],
  owners: ["owners"],
  settings: ["settings"],
  audits: ["audit"],
  audit: (filter: object) => ["audit", filter],
  spendings: ["spending"],
  spending: (query: object) => ["spending", query],
  workflows: ["workflows"],
  workflow: (name: string) => ["workflows", "one", name],
  workflowVersionLists: ["workflows", "versions"],
  workflowVersions: (name: string) => ["workflows", "versions", name],
  workflowVersion: (name: string, version: string) => ["workflows", "version", name, version],
  workflowUsage: ["workflowUsage"],
  workflowCheck: (source: string) => ["workflowCheck", source],
  workflowSchema: ["workflowSchema"],
  runWorkflow: (uuid: string) => ["workflows", "ofRun", uuid],
  models: ["models"],
  modelSpeed: (id: string) => ["modelSpeed", id],
  detect: (image: string, fields: object) => ["detect", image, fields],
  health: ["health"],
} as const;
