import { expect, it } from "vitest";
import { MaskloomError } from "../../../../src/errors.ts";
import {
  checkGeneration,
  inferenceTask,
  zoomsNatively,
} from "../../../../src/inpainting/providers/runware/runware-request.ts";

const ASKED = {
  callUUID: "11111111-1111-4111-8111-111111111111",
  model: "runware:101@1",
  width: 512,
  height: 768,
  seedImage: "a",
  maskImage: "b",
  margin: undefined,
};
/** What diffusion models take besides prompt and sampler, as the API names it. */
const GIVEN = {
  lora: [{ model: "civitai:1@2", weight: 0.7 }],
  embeddings: [{ model: "civitai:3@4", weight: 1.1 }],
  controlNet: [{ model: "runware:20@1", guideImage: "c" }],
  ipAdapters: [{ model: "runware:55@1", guideImage: "d" }],
  refiner: { model: "civitai:5@6", startStep: 20 },
  vae: "runware:7@1",
  clipSkip: 1,
  promptWeighting: "compel",
  acceleration: "medium",
  acceleratorOptions: { teaCache: true },
  seed: 7,
} as const;

it.each(["flat", "nested"] as const)("a %s request has all that a step says of its model", (form) => {
  const parameters = structuredClone(GIVEN) as unknown as Parameters<typeof checkGeneration>[0];
  const { task, warnings } = inferenceTask({ ...ASKED, parameters, form });
  expect(task).toMatchObject({
    ...GIVEN,
    taskUUID: ASKED.callUUID,
    width: 512,
    height: 768,
    numberResults: 1,
  });
  expect(task).toMatchObject(
    form === "flat" ? { seedImage: "a" } : { inputs: { seedImage: "a", maskImage: "b" } },
  );
  expect(warnings).toEqual([]);
});

it("what the API does not take as it is, is changed, and said before and after", () => {
  const parameters = { seed: 0, steps: 150 };
  const { task, warnings } = inferenceTask({ ...ASKED, parameters, margin: 300, form: "flat" });
  expect(task).toMatchObject({ seed: 2 ** 32, steps: 100, maskMargin: 128 });
  expect(warnings).toEqual([
    "maskMargin: the API takes 128, not 300, so that was sent",
    "steps: the API takes 100, not 150, so that was sent",
    "seed: the API takes 4294967296, not 0, so that was sent",
  ]);
  expect(checkGeneration(parameters)).toEqual(warnings.slice(1));
});

it.each(["taskUUID", "numberResults", "deliveryMethod", "includeCost", "outputFormat", "outputType"])(
  "native cannot say %s, by which a request is known, answered or paid for",
  (name) => {
    const ask = () => zoomsNatively({ settings: { native: { acceleration: "high", [name]: 4 } } });
    expect(ask).toThrow(MaskloomError);
    expect(ask).toThrow(/expected native without .*numberResults/);
  },
);

it("native may hold any other field", () => {
  expect(zoomsNatively({ settings: { native: { acceleration: "high" } } })).toBe(true);
});
