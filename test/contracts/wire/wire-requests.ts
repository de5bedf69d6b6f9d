import fc from "fast-check";
import { WIRE_GROUPS } from "../../../src/contracts/wire/flatten.ts";
import { WIRE_TASKS, type WireTaskType } from "../../../src/contracts/wire/tasks.ts";

export const UUID = "d06e972d-dbfe-47d5-955f-c26e00ce4960";

export type Request = Readonly<Record<string, unknown>>;

const uuid = fc.uuid({ version: 4 });
const picture = fc.oneof(
  uuid,
  fc.webUrl(),
  fc.base64String({ minLength: 16, maxLength: 60 }),
  fc.base64String({ minLength: 4, maxLength: 60 }).map((data) => `data:image/png;base64,${data}`),
);
const unit = fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0);
const weighted = fc.array(fc.record({ model: fc.string(), weight: unit }, { requiredKeys: ["model"] }), {
  maxLength: 2,
});
const outputType = fc.constantFrom("URL", "base64Data", "dataURI");

const delivery = {
  outputType: fc.oneof(outputType, fc.array(outputType, { minLength: 1, maxLength: 3 })),
  outputFormat: fc.constantFrom("JPG", "PNG", "WEBP"),
  outputQuality: fc.integer({ min: 20, max: 99 }),
  uploadEndpoint: fc.webUrl(),
  includeCost: fc.boolean(),
  deliveryMethod: fc.constantFrom("sync", "async"),
  webhookURL: fc.webUrl(),
  ttl: fc.integer({ min: 60 }),
};

const OPTIONAL: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  confidence: unit,
  maxDetections: fc.integer({ min: 1, max: 20 }),
  maskPadding: fc.integer({ min: -128, max: 128 }),
  maskBlur: fc.integer({ min: 0, max: 512 }),
  shape: fc.constantFrom("box", "ellipse", "hull", "segmentation"),
  invert: fc.boolean(),
  tiling: fc.constantFrom("auto", "off"),
  maskImage: picture,
  positivePrompt: fc.string({ maxLength: 50 }),
  negativePrompt: fc.string({ maxLength: 50 }),
  strength: unit,
  steps: fc.integer({ min: 1, max: 200 }),
  CFGScale: fc.double({ min: 0, max: 50, noNaN: true }).map((value) => value + 0),
  scheduler: fc.string(),
  seed: fc.integer({ min: 0 }),
  clipSkip: fc.integer({ min: 0, max: 12 }),
  promptWeighting: fc.constantFrom("compel", "sdEmbeds"),
  vae: fc.string(),
  lora: weighted,
  embeddings: weighted,
  controlNet: weighted,
  ipAdapters: weighted,
  refiner: fc.record({ model: fc.string() }),
  acceleration: fc.constantFrom("none", "low", "medium", "high"),
  acceleratorOptions: fc.constant({ teaCache: true }),
  checkNSFW: fc.boolean(),
  numberResults: fc.integer({ min: 1, max: 20 }),
  maskMargin: fc.integer({ min: 32, max: 128 }),
  guideSize: fc.integer({ min: 64, max: 4096 }),
  maxSize: fc.integer({ min: 64, max: 8192 }),
  skipIfLarger: fc.boolean(),
  colorMatch: fc.boolean(),
  ...delivery,
};

const REQUIRED: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  taskUUID: uuid,
  model: fc.string({ minLength: 1, maxLength: 50 }),
  inputImage: picture,
  seedImage: picture,
  image: picture,
};

/** Valid requests of a task in its flat form, each with some of its fields; sizes come in pairs, a margin with a mask. */
export function requestsOf(taskType: WireTaskType): fc.Arbitrary<Request> {
  const names = Object.keys(WIRE_TASKS[taskType].shape);
  const only = (fields: Readonly<Record<string, fc.Arbitrary<unknown>>>) =>
    Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)));
  const storage = fc.oneof(
    fc.record({ operation: fc.constant("upload"), media: picture }),
    fc.record({ operation: fc.constant("delete"), media: uuid }),
  );
  const side = fc.integer({ min: 128, max: 6048 });
  const size = fc.oneof(fc.constant({}), fc.record({ width: side, height: side }));
  return fc
    .tuple(
      fc.record(only(REQUIRED)),
      fc.record(only(OPTIONAL), { requiredKeys: [] }),
      taskType === "mediaStorage" ? storage : fc.constant({}),
      taskType === "imageInference" ? size : fc.constant({}),
    )
    .map((parts): Request => withoutLoneMargin(Object.assign({ taskType }, ...parts)));
}

/** A margin is one of a mask. */
function withoutLoneMargin({ maskMargin, ...request }: Request): Request {
  return maskMargin === undefined || request["maskImage"] === undefined
    ? request
    : { ...request, maskMargin };
}

/** Fields of a task that `requestsOf` gives values to. */
export const generatedFields = new Set([
  ...Object.keys(REQUIRED),
  ...Object.keys(OPTIONAL),
  ...["taskType", "width", "height", "operation", "media"],
]);

/** Moves fields into the groups of the nested form: those that `chosen` has a true for, in their order. */
export function nested(taskType: WireTaskType, request: Request, chosen: readonly boolean[]): Request {
  const result: Record<string, unknown> = {};
  const groups: Record<string, Record<string, unknown>> = {};
  Object.entries(request).forEach(([field, value], at) => {
    const places = Object.entries(WIRE_GROUPS[taskType]).flatMap(([group, members]) =>
      Object.entries(members)
        .filter(([, flat]) => flat === field)
        .map(([name]) => ({ group, name })),
    );
    const place = chosen[at % chosen.length] === true ? places[at % Math.max(1, places.length)] : undefined;
    if (place === undefined) result[field] = value;
    else groups[place.group] = { ...groups[place.group], [place.name]: value };
  });
  return { ...result, ...groups };
}
