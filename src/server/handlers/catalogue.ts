import { detectorManifests, inpainterManifests, namesOf } from "../../../models/registry.ts";
import type { ModelList, ModelView, WorkflowDetail, WorkflowList } from "../../contracts/api.ts";
import type { ParsedWorkflow } from "../../engine/language/parse-workflow.ts";
import { loadWorkflow, shippedWorkflowNames } from "../../runs/workflow-files.ts";
import type { ApiAnswer, ApiRequest } from "../route.ts";

export async function listWorkflows(): Promise<ApiAnswer> {
  const parsed = await Promise.all((await shippedWorkflowNames()).map(loadWorkflow));
  return { status: 200, body: { workflows: parsed.map(summaryOf) } satisfies WorkflowList };
}

export async function getWorkflow({ params }: ApiRequest<{ name: string }>): Promise<ApiAnswer> {
  const parsed = await loadWorkflow(params.name);
  return { status: 200, body: { ...summaryOf(parsed), document: parsed.authored } satisfies WorkflowDetail };
}

function summaryOf({ document, digest }: ParsedWorkflow) {
  const { name, description = null, inputs } = document;
  return { name, description, digest, inputs };
}

export function listModels(): ApiAnswer {
  const detectors = detectorManifests.map((manifest): ModelView => {
    const { id, kind, description, detects, licence } = manifest;
    return { id, kind, names: namesOf(manifest), provider: "local", description, detects, licence };
  });
  const inpainters = inpainterManifests.map((manifest): ModelView => {
    const { id, kind, provider, description, licence, capabilities } = manifest;
    const { generative } = capabilities;
    return { id, kind, names: namesOf(manifest), provider, description, generative, licence };
  });
  return { status: 200, body: { models: [...detectors, ...inpainters] } satisfies ModelList };
}
