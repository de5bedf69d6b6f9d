import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MaskloomClient } from "../../src/client/maskloom-client.ts";
import { putModel } from "./put-model.ts";
import { openServerHost, plainPicture, type ServerHost } from "./server-host.ts";
import { startWorkerProcess } from "./worker-process.ts";

const LOOK = (fields: string) => `
maskloom: 1
name: look
inputs: { image: { type: image } }
steps:
  - { id: look, task: imageMasking, inputImage: "\${inputs.image}", ${fields} }
output: \${steps.look.image}
`;

describe("a model that is replaced under its own name", () => {
  let host: ServerHost;
  let client: MaskloomClient;
  let worker: { stop(): Promise<void> } | undefined;

  beforeAll(async () => {
    host = await openServerHost();
    client = new MaskloomClient({ baseUrl: (await host.start()).url });
  });
  afterAll(async () => {
    await worker?.stop();
    await host?.stop();
  });

  it.each([
    ["as a step's own", "model: mine, confidence: 1"],
    ["as the fallback of another", "model: mediapipe_face_short, onEmpty: { fallback: mine }, confidence: 1"],
  ])("does not finish what the earlier one began, %s", async (_, fields) => {
    await putModel(host.home, "mine", "yolov8-detect.pt");
    const image = await plainPicture();
    const begun = await client.runs.create({ workflow: LOOK(fields), image });
    await putModel(host.home, "mine", "yolo11-detect.pt");
    worker ??= await startWorkerProcess(host.home);
    const [task] = (await client.runs.wait(begun.runUUID)).tasks;
    expect(task).toMatchObject({
      status: "failed",
      error: { code: "MODEL_UNAVAILABLE", message: expect.stringMatching(/^model mine was replaced/) },
    });

    const { runUUID } = await client.runs.create({ workflow: LOOK(fields), image });
    expect(await client.runs.wait(runUUID)).toMatchObject({ status: "skipped" });
  });
});
