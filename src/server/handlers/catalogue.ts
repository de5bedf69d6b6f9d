import { sourcesOf } from "../../../models/networks.ts";
import { inpainterManifests, namesOf } from "../../../models/registry.ts";
import { shapesOf } from "../../../models/shapes.ts";
import type { ModelList, ModelView, WorkflowDetail, WorkflowList } from "../../contracts/api.ts";
import type { ParsedWorkflow } from "../../engine/language/parse-workflow.ts";
import { findShipped, readExpanded } from "../../runs/used-workflows.ts";
import { loadShippedWorkflow, shippedWorkflowNames } from "../../runs/workflow-files.ts";
import type { ApiAnswer, ApiRequest, ApiServices } from "../route.ts";

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
  const detectors = shelf.models.map(({ manifest, state }): ModelView => {
    const { id, kind, description, detects, licence } = manifest;
    return {
      id,
      kind,
      names: namesOf(manifest),
      provider: "local",
      description,
      state: state === "absent" ? "notPulled" : state,
      detects,
      shapes: shapesOf(manifest),
      bytes: sourcesOf(manifest).reduce((sum, source) => sum + source.bytes, 0),
      licence,
    };
  });
  const inpainters = inpainterManifests.map((manifest): ModelView => {
    const { id, kind, provider, description, licence, capabilities } = manifest;
    const { generative } = capabilities;
    return { id, kind, names: namesOf(manifest), provider, description, state: "ready", generative, licence };
  });
  return { status: 200, body: { models: [...detectors, ...inpainters] } satisfies ModelList };
}
