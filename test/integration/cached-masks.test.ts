import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MaskloomClient } from "../../src/client/maskloom-client.ts";
import { ArtifactUUID } from "../../src/contracts/ids.ts";
import { PACKAGE_ROOT } from "../../src/package-root.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { openServerHost, type ServerHost } from "./server-host.ts";
import { startWorkerProcess } from "./worker-process.ts";

/** One face is found, a second search finds nothing: the run changes nothing, so it is skipped. */
const LOOK_ONLY = `
maskloom: 1
name: look-only
inputs: { image: { type: image } }
steps:
  - { id: faces, task: imageMasking, inputImage: "\${inputs.image}", model: mediapipe_face_full }
  - { id: surer, task: imageMasking, inputImage: "\${inputs.image}", model: mediapipe_face_full, confidence: 1 }
output: \${steps.faces.image}
`;

describe("a mask that was made before", () => {
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

  it("belongs to the picture of the run that takes it up, under that run's own name", async () => {
    const image = await readFile(path.join(PACKAGE_ROOT, "examples", "photos", "astronaut.jpg"));
    const look = async () => {
      const { runUUID } = await client.runs.create({ workflow: LOOK_ONLY, image });
      const { status, output, inputs, tasks } = await client.runs.wait(runUUID);
      const own = (inputs["image"] as { uuid: string }).uuid;
      const faces = tasks.find((task) => task.step === "faces");
      const mask = faces?.output as { image: string; maskImage: string };
      return { status, own, output, faces: faces?.status, image: mask.image, mask: mask.maskImage };
    };
    const first = await look();
    const second = await look();
    expect(first).toMatchObject({
      status: "skipped",
      faces: "succeeded",
      output: first.own,
      image: first.own,
    });
    expect(second).toMatchObject({
      status: "skipped",
      faces: "cached",
      output: second.own,
      image: second.own,
    });
    expect(second.own).not.toBe(first.own);
    expect(second.mask).not.toBe(first.mask);
    const { artifacts } = host.services;
    const [made, taken] = await Promise.all(
      [first, second].map(({ mask }) => artifacts.find(LOCAL_OWNER, ArtifactUUID.parse(mask))),
    );
    expect(taken?.digest).toBe(made?.digest);
  });
});
