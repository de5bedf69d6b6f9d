import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { MaskloomClient } from "../../src/client/maskloom-client.ts";
import type { RunDetail } from "../../src/contracts/run.ts";
import { openServerHost, type ServerHost } from "./server-host.ts";
import { startWorkerProcess } from "./worker-process.ts";

const PATIENCE = { timeout: 60_000, interval: 50 };
const PHOTO = new URL("../../examples/photos/astronaut.jpg", import.meta.url);

const workflow = (target: string) => ({
  maskloom: 1,
  name: "hide-and-look",
  inputs: { image: { type: "image" } },
  steps: [
    { id: "faces", task: "imageMasking", model: "mediapipe_face_full", inputImage: "${inputs.image}" },
    {
      id: "hide",
      task: "imageInference",
      model: "local:fill",
      seedImage: "${inputs.image}",
      maskImage: "${steps.faces.maskImage}",
      settings: { mode: "colour", color: "#ff0000" },
    },
    { id: "look", task: "review", show: "${steps.hide.image}" },
    {
      id: "shelf",
      task: "upload",
      image: "${steps.look.image}",
      endpoint: `${target}/shelf/\${run.file}?token=secret`,
      outputFormat: "JPG",
    },
    { id: "told", task: "webhook", url: `${target}/told`, body: { decision: "${steps.look.decision}" } },
  ],
  outputs: { image: "${steps.shelf.image}", url: "${steps.shelf.url}", answer: "${steps.told.response}" },
});

describe("a review with real workers, over HTTP", () => {
  const received: { method: string; url: string; body: Buffer }[] = [];
  const receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    received.push({ method: request.method ?? "", url: request.url ?? "", body: Buffer.concat(chunks) });
    response.end('{"taken":true}');
  });
  let target: string;
  let host: ServerHost;
  let worker: Awaited<ReturnType<typeof startWorkerProcess>>;
  let client: MaskloomClient;
  beforeAll(async () => {
    receiver.listen(0, "127.0.0.1");
    await once(receiver, "listening");
    target = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
    host = await openServerHost();
    client = new MaskloomClient({ baseUrl: (await host.start()).url });
    worker = await startWorkerProcess(host.home, { MASKLOOM_ALLOWED_TARGETS: "127.0.0.1" });
  });
  afterAll(async () => {
    await worker.stop();
    await host.stop();
    receiver.close();
  });

  const openReview = async (run: RunDetail, round: number) => {
    const find = async () => {
      const { reviews } = await client.reviews.list({ batch: run.batchUUID });
      if (reviews[0]?.round !== round) throw new Error("not yet asked");
      return reviews[0];
    };
    return vi.waitFor(find, PATIENCE);
  };
  const pixels = async (uuid: string) => {
    const { bytes } = await client.artifacts.download(uuid);
    return sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  };

  it("shows the picture, repaints what is drawn, sends what is accepted, and shows no secret of an address", async () => {
    const image = await readFile(PHOTO);
    const run = await client.runs.create({ workflow: workflow(target), image });
    const first = await openReview(run, 1);
    expect(first).toMatchObject({ step: "hide", original: (run.inputs["image"] as { uuid: string }).uuid });
    expect(first.allow).toEqual(["accept", "keepOriginal", "editMask"]); // a fill leaves nothing to chance
    const { width = 0, height = 0 } = await sharp(image).metadata();
    const mask = await sharp({ create: { width, height, channels: 3, background: "black" } })
      .composite([
        {
          input: { create: { width: 40, height: 30, channels: 3, background: "white" } },
          left: 0,
          top: 0,
        },
      ])
      .png()
      .toBuffer();
    await client.tasks.decide(first.taskUUID, {
      decision: "editMask",
      maskImage: mask.toString("base64"),
      round: 1,
    });
    const second = await openReview(run, 2);
    const [before, after] = await Promise.all([pixels(second.original), pixels(second.show[0] ?? "")]);
    expect([...after.data.subarray(0, 3)]).toEqual([255, 0, 0]);
    const at = (height - 1) * width * 3;
    expect(after.data.subarray(at).equals(before.data.subarray(at))).toBe(true);
    expect(received).toEqual([]);
    await client.tasks.decide(second.taskUUID, { decision: "accept", round: 2 });
    const done = await client.runs.wait(run.runUUID, { timeout: 60 });
    expect(done).toMatchObject({
      status: "succeeded",
      outputs: { image: second.show[0], url: `${target}/shelf/image`, answer: { taken: true } },
    });
    const put = received.find(({ method }) => method === "PUT");
    expect(put?.url).toBe("/shelf/image?token=secret");
    expect((await sharp(put?.body).metadata()).format).toBe("jpeg");
    const post = received.find(({ method }) => method === "POST");
    expect(JSON.parse(post?.body.toString() ?? "")).toEqual({ decision: "accept" });
    expect(JSON.stringify(done.tasks)).not.toContain("token=secret");
    expect(done.tasks.find(({ step }) => step === "faces")?.attempts).toHaveLength(1);
  });
});
