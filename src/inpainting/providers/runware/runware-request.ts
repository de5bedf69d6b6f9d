import { z } from "zod";
import type { GenerationParameters } from "../../../contracts/tasks.ts";
import { parseAs } from "../../../errors.ts";
import type { PeerTask } from "../../../protocol/client/channel.ts";

/** Older requests have all fields at the top, newer ones have them in groups: docs/wire.md, section 2. The API understands both. */
export const RequestForm = z.enum(["flat", "nested"]);
export type RequestForm = z.output<typeof RequestForm>;

/** By these a request is known, answered and paid for. */
const OWN_FIELDS = [
  ...["taskType", "taskUUID", "numberResults"],
  ...["outputType", "outputFormat", "includeCost", "deliveryMethod"],
];
const isPassedOn = (fields: Readonly<Record<string, unknown>>): boolean =>
  !OWN_FIELDS.some((name) => Object.hasOwn(fields, name));

const PassedOn = z
  .record(z.string(), z.unknown())
  .refine(isPassedOn, `expected native without ${OWN_FIELDS.join(", ")}: those are set here`);

/** What `settings` may hold for this kind of provider. */
const RunwareSettings = z.strictObject({
  /** Whether the API zooms into the mask by itself (its own maskMargin); as a mapping, more fields for the request. */
  native: z.union([z.boolean(), PassedOn]).default(true),
});

export const zoomsNatively = ({ settings }: GenerationParameters): boolean =>
  readSettings(settings).native !== false;

const readSettings = (settings: GenerationParameters["settings"]) =>
  parseAs(RunwareSettings, settings ?? {}, "settings of a runware provider");

/** Where nothing is to be said, the API wants this. */
const NO_PROMPT = "__BLANK__";
/** What the API takes. */
const MARGIN = { least: 32, most: 128 } as const;
const MOST_STEPS = 100;
/** Its seeds begin at 1, and ours at 0: one that nobody else is drawn stands for that. */
const FOR_NO_SEED = 2 ** 32;

/** What is known of a request before it is made. @throws INPUT_INVALID @returns what is changed, for people */
export function checkGeneration({ settings, steps, seed }: GenerationParameters): readonly string[] {
  readSettings(settings);
  return [...changed("steps", steps, fewSteps(steps)), ...changed("seed", seed, takenSeed(seed))];
}

const takenSeed = (seed: number | undefined): number | undefined => (seed === 0 ? FOR_NO_SEED : seed);

const fewSteps = (steps: number | undefined): number | undefined =>
  steps === undefined ? undefined : Math.min(MOST_STEPS, steps);

interface InferenceRequest {
  readonly callUUID: string;
  readonly model: string;
  readonly parameters: GenerationParameters;
  readonly width: number;
  readonly height: number;
  readonly seedImage: string;
  readonly maskImage: string;
  /** Its presence makes the API zoom by itself. */
  readonly margin: number | undefined;
  readonly form: RequestForm;
}

/** @returns the task, and what is to be said about values that the API does not take as they are */
export function inferenceTask(request: InferenceRequest): {
  readonly task: PeerTask;
  readonly warnings: string[];
} {
  const { callUUID, model, parameters, width, height, seedImage, maskImage, margin, form } = request;
  const { settings, positivePrompt, checkNSFW, steps, seed, ...passed } = parameters;
  const { native } = readSettings(settings);
  const maskMargin = margin === undefined ? undefined : Math.min(MARGIN.most, Math.max(MARGIN.least, margin));
  const pictures = { seedImage, maskImage };
  const nested = form === "nested";
  const task = {
    taskType: "imageInference",
    taskUUID: callUUID,
    model,
    positivePrompt: positivePrompt || NO_PROMPT,
    ...(nested ? { inputs: pictures } : pictures),
    ...passed,
    ...(steps === undefined ? {} : { steps: fewSteps(steps) }),
    ...(seed === undefined ? {} : { seed: takenSeed(seed) }),
    ...(maskMargin === undefined ? {} : { maskMargin }),
    ...(checkNSFW === undefined ? {} : nested ? { safety: { checkContent: checkNSFW } } : { checkNSFW }),
    width,
    height,
    numberResults: 1,
    ...delivery,
    ...(typeof native === "object" ? native : {}),
  };
  const warnings = [
    ...changed("maskMargin", margin, maskMargin),
    ...changed("steps", steps, fewSteps(steps)),
    ...changed("seed", seed, takenSeed(seed)),
  ];
  return { task, warnings };
}

/** Asked for later, so that there is a way back to the result; lossless, since we blend it. */
const delivery = {
  outputType: "base64Data",
  outputFormat: "PNG",
  includeCost: true,
  deliveryMethod: "async",
} as const;

function changed(name: string, asked: number | undefined, sent: number | undefined): string[] {
  return asked === sent ? [] : [`${name}: the API takes ${sent}, not ${asked}, so that was sent`];
}

interface MaskingRequest {
  readonly callUUID: string;
  readonly model: string;
  readonly inputImage: string;
  readonly confidence: number;
  readonly form: RequestForm;
}

/** Shapes as they are found: growing and fading is ours, the same for all providers. */
export function maskingTask({ callUUID, model, inputImage, confidence, form }: MaskingRequest): PeerTask {
  const options = { confidence, maxDetections: 20, maskPadding: 0, maskBlur: 0 };
  return {
    taskType: "imageMasking",
    taskUUID: callUUID,
    model,
    ...(form === "nested"
      ? { inputs: { image: inputImage }, settings: options }
      : { inputImage, ...options }),
    ...delivery,
  };
}
