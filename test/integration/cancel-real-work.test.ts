import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { LOCAL_ACTOR } from "../../src/cli/runs/local-actor.ts";
import type { RunUUID } from "../../src/contracts/ids.ts";
import { parseWorkflow } from "../../src/engine/language/parse-workflow.ts";
import { cancelRun } from "../../src/runs/actions/cancel.ts";
import { preparePictures } from "../../src/runs/picture-inputs.ts";
import { prepareWorkflow } from "../../src/runs/prepare-workflow.ts";
import { openBatch, submitRuns } from "../../src/runs/submit.ts";
import { completeBatch } from "../../src/store/batches.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { readRuns } from "../../src/store/views.ts";
import { openServerHost, type ServerHost } from "./server-host.ts";
import { startWorkerProcess } from "./worker-process.ts";

/** Super-resolution over all of a picture takes longer than anybody waits here. */
const LONG_INPAINTING = `
maskloom: 1
name: long-inpainting
inputs: { image: { type: image } }
steps:
  - { id: long, task: imageInference, model: "local:esrgan-detail", seedImage: "\${inputs.image}", outputScale: 2, settings: { network: thick } }
output: \${steps.long.image}
`;

const PATIENCE = { timeout: 90_000, interval: 20 };

describe("a worker in the middle of real work that is cancelled", () => {
  let host: ServerHost;
  let worker: { stop(): Promise<void> };
  beforeAll(async () => {
    host = await openServerHost();
    worker = await startWorkerProcess(host.home, { MASKLOOM_CONCURRENCY: "1" });
  });
  afterAll(async () => {
    await worker?.stop();
    await host?.stop();
  });

  /** Noise, so that everything is looked at twice. */
  const noise = (side: number, level: number) =>
    sharp({
      create: {
        width: side,
        height: side,
        channels: 3,
        background: "#808080",
        noise: { type: "gaussian", mean: level, sigma: 40 },
      },
    })
      .jpeg()
      .toBuffer();
  const submit = async (workflow: string, sides: readonly number[]): Promise<RunUUID[]> => {
    const { store, models } = host.services;
    const prepared = await prepareWorkflow(parseWorkflow(workflow, { file: "long.yaml" }), models);
    const batch = await openBatch(store, { ...prepared, owner: LOCAL_OWNER, inputs: {}, interactive: false });
    const pictures = await Promise.all(sides.map((side, at) => noise(side, 100 + at)));
    const submissions = pictures.map((content, at) => ({
      file: `${at}.png`,
      prepare: () =>
        preparePictures(host.services, batch, {
          inputs: {},
          field: "image",
          picture: { content },
          file: `${at}.png`,
        }),
    }));
    const runs = await submitRuns(store, batch, submissions);
    await completeBatch(store.db, batch.batchUUID);
    return runs.map(({ runUUID }) => runUUID);
  };
  const taskOf = async (runUUID: RunUUID | undefined) => {
    const [run] = runUUID === undefined ? [] : await readRuns(host.services.store.db, LOCAL_OWNER, [runUUID]);
    return run?.tasks.find(({ step }) => step === "long");
  };
  const until = (runUUID: RunUUID | undefined, status: string) =>
    vi.waitFor(async () => expect((await taskOf(runUUID))?.status).toBe(status), PATIENCE);

  it("lets go of it, and does the next task, which waited for that place alone", async () => {
    const runs = await submit(LONG_INPAINTING, [700, 700]);
    const standing = (status: string) =>
      vi.waitFor(async () => {
        const tasks = await Promise.all(runs.map(taskOf));
        const at = tasks.findIndex((task) => task?.status === status);
        return runs[at] ?? expect.unreachable(`none is ${status}`);
      }, PATIENCE);
    /* One at a time: the other one begins only where the first one's place is free. */
    const first = await standing("running");
    const other = await standing("queued");
    await cancelRun(host.services.store, LOCAL_ACTOR, first);
    await until(other, "running");
    expect(await taskOf(first)).toMatchObject({ status: "cancelled", output: null });
    await cancelRun(host.services.store, LOCAL_ACTOR, other);
    /* Something small goes through to its end, by the same threads. */
    const [small] = await submit(LONG_INPAINTING, [48]);
    await until(small, "succeeded");
    expect(await taskOf(first)).toMatchObject({ status: "cancelled", output: null });
  }, 300_000);
});
