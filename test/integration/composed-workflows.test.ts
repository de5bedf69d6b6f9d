import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { MaskloomClient } from "../../src/client/maskloom-client.ts";
import type { RunDetail } from "../../src/contracts/run.ts";
import { PACKAGE_ROOT } from "../../src/package-root.ts";
import { openServerHost, type ServerHost } from "./server-host.ts";
import { startWorkerProcess } from "./worker-process.ts";

const Made = z.object({ image: z.string() });

/** A shipped workflow as the first step; then two passes by the model that is asked for, never from the cache. */
const COMPOSED = `
maskloom: 1
name: composed
inputs:
  image: { type: image }
  painter: { type: text, default: "" }
  avoid: { type: text, default: null }
steps:
  - { id: hidden, task: use, workflow: anonymize-faces, inputs: { image: "\${inputs.image}" } }
  - { id: who, task: imageMasking, inputImage: "\${inputs.image}", model: [nobody_has_this, mediapipe_face_short] }
  - id: soften
    task: imageInference
    model: "\${inputs.painter != '' ? inputs.painter : 'local:fill'}"
    seedImage: \${steps.hidden.image}
    maskImage: \${steps.who.maskImage}
    negativePrompt: \${inputs.avoid}
    cache: false
    repeat: { times: 2 }
output: \${steps.soften.image}
`;

describe("a workflow made of others, of lists and of passes, with real workers", () => {
  let host: ServerHost;
  let client: MaskloomClient;
  let worker: { stop(): Promise<void> };

  beforeAll(async () => {
    host = await openServerHost();
    client = new MaskloomClient({ baseUrl: (await host.start()).url });
    worker = await startWorkerProcess(host.home);
  });
  afterAll(async () => {
    await worker?.stop();
    await host?.stop();
  });

  const run = async (inputs: Record<string, string> = {}): Promise<RunDetail> => {
    const image = await readFile(path.join(PACKAGE_ROOT, "examples", "photos", "astronaut.jpg"));
    const { runUUID } = await client.runs.create({ workflow: COMPOSED, image, inputs });
    return client.runs.wait(runUUID);
  };
  const facts = ({ tasks }: RunDetail) => tasks.map(({ step, status, model }) => [step, status, model]);

  const imageOf = (task: RunDetail["tasks"][number] | undefined) => Made.parse(task?.output).image;

  it("is the tasks of all of them, each pass on what the one before it made", async () => {
    const first = await run();
    expect(first.status).toBe("succeeded");
    expect(facts(first)).toEqual([
      ["hidden_faces", "succeeded", "mediapipe_face_full"],
      ["hidden_hide", "succeeded", "local:fill"],
      ["who", "succeeded", "mediapipe_face_short"],
      ["soften_pass1", "succeeded", "local:fill"],
      ["soften", "succeeded", "local:fill"],
    ]);
    const [, hide, , pass, last] = first.tasks;
    expect(pass?.input).toMatchObject({ seedImage: imageOf(hide) });
    expect(last?.input).toMatchObject({ seedImage: imageOf(pass) });
    expect(first.output).toBe(imageOf(last));
  });

  it("takes from the cache what may come from there, and makes anew what says cache: false", async () => {
    const again = facts(await run());
    expect(again.map(([, status]) => status)).toEqual([
      "cached",
      "cached",
      "cached",
      "succeeded",
      "succeeded",
    ]);
  });

  it("lets a picture ask for its model, and refuses the run that asks for what nobody has", async () => {
    const restored = await run({ painter: "LOCAL:esrgan-detail" });
    expect(restored.tasks.at(-1)).toMatchObject({ status: "succeeded", model: "local:esrgan-detail" });
    await expect(run({ painter: "local:esrgan" })).rejects.toMatchObject({
      code: "MODEL_UNAVAILABLE",
      message: expect.stringContaining('"local:esrgan", chosen by'),
    });
  });
});
