import type { ImportNote, Notes } from "../imported.ts";
import { DETAILERS, nameOf } from "./detailer.ts";
import { hooksOf, noteHooks } from "./hooks.ts";
import type { Pass } from "./pass.ts";
import { fieldLink, pipeFields } from "./trace.ts";

interface Remark {
  readonly input: string;
  readonly kind: ImportNote["kind"];
  readonly applies: (pass: Pass) => boolean;
  readonly message: string;
}

const isConnected =
  (input: string) =>
  ({ fields }: Pass): boolean =>
    fieldLink(fields, input) !== null;

/** What a detailer asks for that this language has not, or does in another way. */
const REMARKS: readonly Remark[] = [
  {
    input: "sam_model_opt",
    kind: "dropped",
    applies: ({ graph, fields, finds }) =>
      fieldLink({ ...pipeFields(graph, finds.node), ...fields }, "sam_model_opt") !== null,
    message:
      "masks are not refined by SAM; a -seg or mesh model, or shape: ellipse, follows the outline more closely than a box.",
  },
  {
    input: "refiner_basic_pipe_opt",
    kind: "dropped",
    applies: isConnected("refiner_basic_pipe_opt"),
    message:
      "the last steps are not sampled with a second model; the field refiner takes one, for providers that have it.",
  },
  {
    input: "scheduler_func_opt",
    kind: "dropped",
    applies: isConnected("scheduler_func_opt"),
    message: "a schedule of one's own has no equivalent.",
  },
  {
    input: "noise_mask",
    kind: "dropped",
    applies: ({ values }) => !values.noise_mask,
    message:
      "off: the whole crop is repainted there and only pasted through the mask; here the inpainter is given the mask.",
  },
  {
    input: "noise_mask_feather",
    kind: "dropped",
    applies: ({ values }) => values.noise_mask && values.noise_mask_feather > 0,
    message: "soft noise masks (differential diffusion) are the inpainter's own affair.",
  },
  {
    input: "inpaint_model",
    kind: "dropped",
    applies: ({ values }) => values.inpaint_model,
    message: "how a mask reaches the sampler follows from the model that a provider is given.",
  },
  {
    input: "cycle",
    kind: "changed",
    applies: ({ values }) => values.cycle > 1,
    message: "each round begins with the picture that the round before it left, not with its latents.",
  },
  {
    input: "batch_size",
    kind: "dropped",
    applies: ({ values, finds, node }) => values.batch_size > 1 && finds.node !== node,
    message: "of several pictures the first is made.",
  },
  {
    input: "max_retries",
    kind: "dropped",
    applies: ({ values }) => values.max_retries > 1,
    message:
      "what a hook refuses is not tried anew; accept: { seam: …, otherwise: reroll, times: … } of the step measures and rerolls.",
  },
  {
    input: "steps",
    kind: "changed",
    applies: ({ values }) => values.steps > 200,
    message: "steps reach to 200.",
  },
  {
    input: "cfg",
    kind: "changed",
    applies: ({ values }) => values.cfg > 50,
    message: "CFGScale reaches to 50.",
  },
];

export function notePass(pass: Pass, notes: Notes): void {
  const { graph, node, fields, finds } = pass;
  const detects = DETAILERS[node.type]?.by === "itself";
  const hooks = hooksOf(graph, fieldLink(fields, "detailer_hook"));
  noteHooks(hooks, `${nameOf(node)}.detailer_hook`, detects, notes);
  for (const { input, kind, applies, message } of REMARKS) {
    if (applies(pass)) notes.add(kind, `${nameOf(pass.node)}.${input}`, message);
  }
  if (finds.values.dilation >= 0) return;
  notes.add(
    "dropped",
    `${nameOf(finds.node)}.${finds.written.dilation}`,
    "below 0 the Ultralytics detectors do nothing with it; maskPadding below 0 would shrink the mask.",
  );
}
