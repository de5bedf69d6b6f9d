import { inpainterManifests } from "../../../models/registry.ts";
import type { ModelList, WorkflowDetail, WorkflowList } from "../../contracts/api.ts";
import type { ParsedWorkflow } from "../../engine/language/parse-workflow.ts";
import { findShipped, readExpanded } from "../../runs/used-workflows.ts";
import { loadShippedWorkflow, shippedWorkflowNames } from "../../runs/workflow-files.ts";
import type { ApiAnswer, ApiRequest, ApiServices } from "../route.ts";
import { brokenView, detectorView, inpainterView } from "./model-views.ts";

export async function listWorkflows(): Promise<ApiAnswer> {
  const parsed = await Promise.all((await shippedWorkflowNames()).map((name) => loadShippedWorkflow(name)));
  return {
    status: 200,
    body: { workflows: await Promise.all(parsed.map(summaryOf)) } satisfies WorkflowList,
  };
}

export async function getWorkflow({ params }: ApiRequest<{ name: string }>): Promise<ApiAnswer> {
  const parsed = await loadShippedWorkflow(params.name);
  return {
    status: 200,
    body: { ...(await summaryOf(parsed)), document: parsed.authored } satisfies WorkflowDetail,
  };
}

async function summaryOf(parsed: ParsedWorkflow) {
  const { name, description = null, inputs } = parsed.document;
  const { digest } = await readExpanded(parsed, findShipped);
  return { name, description, digest, inputs };
}

export async function listModels(_request: ApiRequest, { models }: ApiServices): Promise<ApiAnswer> {
  const shelf = await models.look();
  const all = [
    ...shelf.models.map(detectorView),
    ...shelf.broken.map(brokenView),
    ...inpainterManifests.map(inpainterView),
  ];
  return { status: 200, body: { models: all } satisfies ModelList };
}
