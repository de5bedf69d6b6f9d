import path from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MaskloomClient } from "../../src/client/maskloom-client.ts";
import type { RunDetail } from "../../src/contracts/run.ts";
import { ImageMaskingResult } from "../../src/contracts/tasks.ts";
import { PACKAGE_ROOT } from "../../src/package-root.ts";
import { openServerHost, type ServerHost } from "./server-host.ts";
import { startWorkerProcess } from "./worker-process.ts";

/** face-detail, one face at a time, with what fills instead of what restores. */
const EACH_FACE = `
maskloom: 1
name: each-face
inputs: { image: { type: image }, least: { type: number, default: 0 } }
steps:
  - id: faces
    task: imageMasking
    inputImage: \${inputs.image}
    model: mediapipe_face_full
    confidence: 0.5
    maskPadding: 8
    maskBlur: 6
    combine: perDetection
  - id: each
    if: \${steps.faces.count >= inputs.least}
    forEach: \${steps.faces.detections}
    as: face
    task: imageInference
    model: local:fill
    seedImage: \${inputs.image}
    maskImage: \${face.maskImage}
    settings: { mode: blur }
    rules:
      - { when: "face.index == 1", settings: { mode: pixelate } }
outputs: { image: "\${steps.each.image}", faces: "\${steps.faces.count}", regions: "\${steps.each.quality.regions}" }
`;

describe("every face by itself, with real workers", () => {
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

  const run = async (inputs: Record<string, number> = {}): Promise<RunDetail> => {
    const { runUUID } = await client.runs.create({ workflow: EACH_FACE, image: await twoFaces(), inputs });
    return client.runs.wait(runUUID);
  };

  it("is a task of its own, and all are joined to one picture that is untouched elsewhere", async () => {
    const { status, output, outputs, tasks } = await run();
    expect(status).toBe("succeeded");
    expect(outputs).toMatchObject({ faces: 2, regions: [{ status: "inpainted" }, { status: "inpainted" }] });
    expect(
      tasks.map(({ step, element, taskType, status: ended }) => [step, element, taskType, ended]),
    ).toEqual([
      ["faces", null, "imageMasking", "succeeded"],
      ["each", null, "gather", "succeeded"],
      ["each", 1, "imageInference", "succeeded"],
      ["each", 2, "imageInference", "succeeded"],
    ]);
    const [faces, gather, first, second] = tasks;
    expect(gather?.output).toMatchObject({ quality: { pixelsChangedOutside: 0 } });
    expect([first, second].map((task) => task?.input)).toMatchObject([
      { settings: { mode: "pixelate" } },
      { settings: { mode: "blur" } },
    ]);
    const { detections } = ImageMaskingResult.parse(faces?.output);
    const before = await pixels(Buffer.from(await twoFaces()));
    const after = await pixels(Buffer.from((await client.artifacts.download(output ?? "")).bytes));
    for (const { box } of detections) expect(changed(before, after, box)).toBeGreaterThan(0.5);
    expect(changed(before, after, [0, 400, before.width, before.height])).toBe(0);
  });

  it("comes from the cache when the same is asked again, the fan-in too", async () => {
    const { status, tasks } = await run();
    expect(status).toBe("succeeded");
    expect(tasks.map((task) => task.status)).toEqual(["cached", "cached", "cached", "cached"]);
  });

  it("is left alone where the condition does not hold, and the run says which one", async () => {
    const { status, tasks, output, inputs } = await run({ least: 3 });
    expect(status).toBe("skipped");
    expect(tasks.map((task) => task.status)).toEqual(["cached", "skipped"]);
    expect(tasks[1]?.warnings).toEqual([
      "skipped: its condition does not hold: if: ${steps.faces.count >= inputs.least}",
    ]);
    expect(output).toBe((inputs["image"] as { uuid: string }).uuid);
  });
});

/** The two photos beside each other. */
async function twoFaces(): Promise<Uint8Array> {
  const side = { width: 512, height: 512 };
  const [left, right] = await Promise.all(
    ["astronaut.jpg", "grace_hopper.jpg"].map((name) =>
      sharp(path.join(PACKAGE_ROOT, "examples", "photos", name))
        .resize({ ...side, position: "top" })
        .png()
        .toBuffer(),
    ),
  );
  return sharp({ create: { width: 1024, height: 512, channels: 3, background: "white" } })
    .composite([
      { input: left, left: 0, top: 0 },
      { input: right, left: 512, top: 0 },
    ])
    .png()
    .toBuffer();
}

interface Pixels {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
}

async function pixels(file: Buffer): Promise<Pixels> {
  const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** Share of the pixels of a box [x0, y0, x1, y1) that differ. */
function changed(a: Pixels, b: Pixels, box: readonly [number, number, number, number]): number {
  const [x0, y0, x1, y1] = box.map(Math.round) as [number, number, number, number];
  let count = 0;
  for (let y = y0; y < y1; y += 1) {
    for (let x = x0; x < x1; x += 1) {
      const at = (y * a.width + x) * 3;
      if (!a.data.subarray(at, at + 3).equals(b.data.subarray(at, at + 3))) count += 1;
    }
  }
  return count / ((x1 - x0) * (y1 - y0));
}
