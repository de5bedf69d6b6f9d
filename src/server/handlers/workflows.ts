import type { WorkflowDetail, WorkflowList } from "../../contracts/api.ts";
import type {
  CheckWorkflow,
  ImportedWorkflow,
  ImportWorkflow,
  RemovedWorkflow,
  SaveWorkflow,
  WorkflowCheck,
  WorkflowUsageList,
} from "../../contracts/workflow-library.ts";
import { importText } from "../../importers/import-text.ts";
import { checkSource, outlineWorkflow } from "../../runs/outline-workflow.ts";
import {
  type Asker,
  finderOf,
  listNamedWorkflows,
  loadNamedWorkflow,
  type NamedWorkflow,
  removeWorkflow as remove,
  saveWorkflow as save,
} from "../../runs/saved-workflows.ts";
import { readShippedSource } from "../../runs/workflow-files.ts";
import { readUsage } from "../../store/workflow-usage.ts";
import type { ApiAnswer, ApiRequest, ApiServices } from "../route.ts";
import { actorOf } from "./actions.ts";

type OfName<Body = undefined> = ApiRequest<{ name: string }, unknown, Body>;

const askerOf = ({ owner }: Pick<ApiRequest, "owner">, { store }: ApiServices): Asker => ({
  db: store.db,
  owner,
});

export async function listWorkflows(request: ApiRequest, services: ApiServices): Promise<ApiAnswer> {
  const asker = askerOf(request, services);
  const named = await listNamedWorkflows(asker);
  const workflows = await Promise.all(named.map((one) => summaryOf(one, asker)));
  return { status: 200, body: { workflows } satisfies WorkflowList };
}

export async function getWorkflow(request: OfName<unknown>, services: ApiServices): Promise<ApiAnswer> {
  return { status: 200, body: await detailOf(askerOf(request, services), request.params.name) };
}

async function detailOf(asker: Asker, name: string): Promise<WorkflowDetail> {
  const named = await loadNamedWorkflow(asker, name);
  const source = named.saved?.source ?? (await readShippedSource(name));
  return { ...(await summaryOf(named, asker)), document: named.parsed.authored, source };
}

async function summaryOf({ parsed, saved }: NamedWorkflow, asker: Asker) {
  const outline = await outlineWorkflow(parsed, finderOf(asker));
  const origin = saved === null ? ("shipped" as const) : ("saved" as const);
  return { ...outline, origin, version: saved?.number ?? null };
}

export async function saveWorkflow(request: OfName<SaveWorkflow>, services: ApiServices): Promise<ApiAnswer> {
  const { name } = request.params;
  await save(services.store, actorOf(request), name, request.body);
  return { status: 200, body: await detailOf(askerOf(request, services), name) };
}

export async function removeWorkflow(request: OfName<unknown>, { store }: ApiServices): Promise<ApiAnswer> {
  const { name } = request.params;
  await remove(store, actorOf(request), name);
  return { status: 200, body: { name } satisfies RemovedWorkflow };
}

export async function checkWorkflow(
  request: ApiRequest<unknown, unknown, CheckWorkflow>,
  services: ApiServices,
): Promise<ApiAnswer> {
  const find = finderOf(askerOf(request, services));
  const checked = await checkSource(request.body.source, services.models, find);
  return { status: 200, body: checked satisfies WorkflowCheck };
}

export function importWorkflow({ body }: ApiRequest<unknown, unknown, ImportWorkflow>): ApiAnswer {
  return { status: 200, body: importText(body) satisfies ImportedWorkflow };
}

export async function listUsage({ owner }: ApiRequest, { store }: ApiServices): Promise<ApiAnswer> {
  return {
    status: 200,
    body: { workflows: await readUsage(store.db, owner) } satisfies WorkflowUsageList,
  };
}
