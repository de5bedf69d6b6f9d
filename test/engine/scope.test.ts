import { expect, it } from "vitest";
import { ArtifactUUID, BatchUUID, RunUUID, TaskUUID } from "../../src/contracts/ids.ts";
import { buildScope, describeDetection } from "../../src/engine/scope.ts";

const uuid = "11111111-1111-4111-8111-111111111111";

it("a detection is turned as its model says; one of a model that does not say so is not known to be upright", () => {
  const detection = { box: [10, 20, 30, 60], score: 0.9, label: "face" };
  const hand = {
    ...detection,
    label: "hand",
    keypoints: [
      [0, 0],
      [0, 9],
    ],
  };
  const output = {
    image: ArtifactUUID.parse(uuid),
    width: 100,
    height: 200,
    fallbackUsed: false,
    maskImage: uuid,
    detections: [{ ...detection, roll: -12.5 }, hand],
    count: 2,
  };
  const task = {
    taskUUID: TaskUUID.parse(uuid),
    step: "faces",
    element: null,
    taskType: "imageMasking",
    status: "succeeded",
    provider: "local",
    model: "m",
    input: {},
    output,
    error: null,
    seed: null,
    failures: 0,
    losses: 0,
    seconds: 1,
    cost: null,
  } as const;
  const run = {
    runUUID: RunUUID.parse(uuid),
    batchUUID: BatchUUID.parse(uuid),
    file: "a.png",
    status: "running",
    inputs: {},
    tasks: [task],
  } as const;
  expect(buildScope(run)).toMatchObject({
    steps: {
      faces: {
        detections: [
          { roll: -12.5, box: { x: 10, y: 20, width: 20, height: 40 }, area: 0.04, x: 0.2, y: 0.2 },
          { roll: null },
        ],
      },
    },
  });
});

it("what is told of a detection has no digits that only say how a machine counts, and none too few", () => {
  const shown = describeDetection(
    { box: [10.1, 20.2, 30.30000000000001, 60.7], score: 0.1 + 0.2, label: "face", roll: -0.00001 },
    1,
    { width: 300, height: 700 },
  );
  expect(shown).toEqual({
    index: 1,
    label: "face",
    score: 0.3,
    box: { x: 10.1, y: 20.2, width: 20.2, height: 40.5 },
    area: 0.00389571,
    aspect: 0.49877,
    x: 0.06733,
    y: 0.05779,
    roll: 0,
  });
  const far = describeDetection({ box: [0, 0, 8, 8], score: null, label: "face" }, 1, {
    width: 8_000,
    height: 6_000,
  });
  expect(far).toMatchObject({ score: null, area: 0.00000133333, roll: null });
});
