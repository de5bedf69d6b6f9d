import type { Digest } from "../../src/contracts/ids.ts";
import type { Workflow } from "../../src/contracts/workflow.ts";
import { parseWorkflow } from "../../src/engine/language/parse-workflow.ts";
import { type Catalogue, type ResolvedWorkflow, resolveWorkflow } from "../../src/engine/resolve.ts";

/** Models under any name, so that workflows can be resolved without weights. */
const anyCatalogue: Catalogue = {
  providers: ["local"],
  detectors: (model) => ({ model, provider: "local", digest: `digest of ${model}`, seeded: false }),
  inpainters: (model) => ({ model, provider: "local", digest: `digest of ${model}`, seeded: true }),
};

export interface PreparedExample {
  readonly workflow: Workflow;
  readonly workflowDigest: Digest;
  readonly resolved: ResolvedWorkflow;
}

export function prepareExample(text: string): PreparedExample {
  const { document, digest } = parseWorkflow(text, { file: "example.yaml" });
  return { workflow: document, workflowDigest: digest, resolved: resolveWorkflow(document, anyCatalogue) };
}

/** Mask, then inpaint; `fields` are lines added to the masking step and to the inpainting step. */
export function twoSteps(
  masking = "",
  inpainting = "",
  outputs = "output: ${steps.detail.image}",
): PreparedExample {
  return prepareExample(`
maskloom: 1
name: two-steps
inputs: { image: { type: image } }
steps:
  - id: faces
    task: imageMasking
    inputImage: \${inputs.image}
    model: some-detector
${indent(masking)}
  - id: detail
    task: imageInference
    seedImage: \${inputs.image}
    maskImage: \${steps.faces.maskImage}
    model: some-inpainter
${indent(inpainting)}
${outputs}
`);
}

function indent(lines: string): string {
  return lines
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n");
}
