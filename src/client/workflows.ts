import { WorkflowDetail, WorkflowList, type WorkflowSummary } from "../contracts/api.ts";
import {
  ImportedWorkflow,
  type ImportWorkflow,
  RemovedWorkflow,
  type SaveWorkflow,
  WorkflowCheck,
  WorkflowUsageList,
  WorkflowVersionDetail,
  WorkflowVersionList,
} from "../contracts/workflow-library.ts";
import type { CallOptions, Connection } from "./connection.ts";

/* Methods of the client for the workflows that a server knows by name. */

type Ask = Connection["json"];

const at = (name: string, ...rest: readonly string[]) =>
  ["api/workflows", ...[name, ...rest].map(encodeURIComponent)].join("/");

export const workflowMethods = (ask: Ask) => ({
  /** Those that come with Maskloom, and those that were saved. */
  list: async (options: CallOptions = {}): Promise<WorkflowSummary[]> =>
    (await ask(WorkflowList, "api/workflows", options)).workflows,
  get: (name: string, options: CallOptions = {}): Promise<WorkflowDetail> =>
    ask(WorkflowDetail, at(name), options),
  /**
   * @param content `basedOn`: the version that it was made from, 0 for a new name
   * @throws CONFLICT where another one is the newest
   */
  save: (name: string, content: SaveWorkflow, { signal }: CallOptions = {}): Promise<WorkflowDetail> =>
    ask(WorkflowDetail, at(name), { method: "PUT", body: content, signal }),
  /** Gives the name up; what was saved under it stays known. */
  remove: (name: string, { signal }: CallOptions = {}): Promise<RemovedWorkflow> =>
    ask(RemovedWorkflow, at(name), { method: "DELETE", signal }),
  versions: (name: string, options: CallOptions = {}): Promise<WorkflowVersionList> =>
    ask(WorkflowVersionList, at(name, "versions"), options),
  /** @param version the number of a saved one, or a digest */
  version: (name: string, version: string, options: CallOptions = {}): Promise<WorkflowVersionDetail> =>
    ask(WorkflowVersionDetail, at(name, "versions", version), options),
  usage: (options: CallOptions = {}): Promise<WorkflowUsageList> =>
    ask(WorkflowUsageList, "api/workflow-usage", options),
  /** All that is wrong with a text, by line and column; never throws for what it says. */
  check: (source: string, { signal }: CallOptions = {}): Promise<WorkflowCheck> =>
    ask(WorkflowCheck, "api/workflow-checks", { method: "POST", body: { source }, signal }),
  /** Settings of ADetailer or a graph of ComfyUI as a workflow. */
  import: (wish: ImportWorkflow, { signal }: CallOptions = {}): Promise<ImportedWorkflow> =>
    ask(ImportedWorkflow, "api/workflow-imports", { method: "POST", body: wish, signal }),
});
