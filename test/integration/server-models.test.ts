import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ModelList } from "../../src/contracts/api.ts";
import type { RunningServer } from "../../src/server/start-server.ts";
import { putModel } from "./put-model.ts";
import { openServerHost, pictureForm, type ServerHost } from "./server-host.ts";

let host: ServerHost;
let server: RunningServer;

beforeAll(async () => {
  host = await openServerHost();
  server = await host.start();
});
afterAll(() => host.stop());

async function listed(id: string) {
  const answer = await fetch(`${server.url}/api/models`);
  return ModelList.parse(await answer.json()).models.find((model) => model.id === id);
}

async function startRun(model: string): Promise<{ status: number; body: unknown }> {
  const workflow = JSON.stringify({
    maskloom: 1,
    name: "one-mask",
    inputs: { image: { type: "image" } },
    steps: [{ id: "mask", task: "imageMasking", inputImage: "${inputs.image}", model }],
    output: "${steps.mask.maskImage}",
  });
  const answer = await fetch(`${server.url}/api/runs`, {
    method: "POST",
    body: await pictureForm({ workflow }),
  });
  return { status: answer.status, body: await answer.json() };
}

describe("GET /api/models", () => {
  it("says which models can be used now, and what they give", async () => {
    expect(await listed("mediapipe_person")).toMatchObject({
      state: "ready",
      names: ["mediapipe_person", "mediapipe-person"],
      shapes: ["segmentation", "box", "ellipse", "hull"],
    });
    expect(await listed("person_yolov8s-seg")).toMatchObject({ state: "notPulled", bytes: 23_850_731 });
  });
});

describe("a run that names a model", () => {
  it("is refused with the command that brings it, where its weights are not here", async () => {
    expect(await startRun("runware:35@1")).toEqual({
      status: 503,
      body: {
        error: expect.objectContaining({
          code: "MODEL_UNAVAILABLE",
          message: expect.stringMatching(/maskloom models pull face_yolov8n$/),
        }),
      },
    });
  });

  it("is taken as soon as the model is there, without a new start", async () => {
    expect(await startRun("my-faces")).toMatchObject({ status: 404 });
    await putModel(host.home, "my-faces", "yolov8-detect.pt");
    expect(await startRun("my-faces")).toMatchObject({
      status: expect.toSatisfy((status: number) => status < 300),
    });
    expect(await listed("my-faces")).toMatchObject({ state: "ready", detects: "face", licence: "MIT" });
  });
});
