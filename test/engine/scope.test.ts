import { expect, it } from "vitest";
import { ArtifactUUID, BatchUUID, RunUUID, TaskUUID } from "../../src/contracts/ids.ts";
import { buildScope } from "../../src/engine/scope.ts";

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
