import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { MaskloomClient } from "../../src/client/maskloom-client.ts";
import { ArtifactUUID } from "../../src/contracts/ids.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { openServerHost, type ServerHost } from "./server-host.ts";
import { startWorkerProcess } from "./worker-process.ts";

const PHOTOS = fileURLToPath(new URL("../../examples/photos", import.meta.url));
const WAIT = { timeout: 60 };
const PATIENCE = { timeout: 60_000, interval: 50 };

describe("work that is known", () => {
  let host: ServerHost;
  let client: MaskloomClient;
  let worker: { stop(): Promise<void> };
  beforeAll(async () => {
    host = await openServerHost();
    client = new MaskloomClient({ baseUrl: (await host.start()).url });
    worker = await startWorkerProcess(host.home);
  });
  afterAll(async () => {
    await worker.stop();
    await host.stop();
  });

  const begin = async (workflow: string, inputs: object = {}) => {
    const image = { path: path.join(PHOTOS, "astronaut.jpg") };
    const { runUUID } = await client.runs.create({ workflow, image, inputs: { ...inputs } });
    return client.runs.wait(runUUID, WAIT);
  };

  it("a rerun with another input does the steps that name it, and takes the mask over", async () => {
    const first = await begin("anonymize-faces", { mode: "blur" });
    expect(first.status).toBe("succeeded");
    const { runUUID } = await client.runs.rerun(first.runUUID, { inputs: { mode: "colour" } });
    const second = await client.runs.wait(runUUID, WAIT);
    expect(second).toMatchObject({
      status: "succeeded",
      derivedFrom: first.runUUID,
      inputs: { ...first.inputs, mode: "colour" },
    });
    expect(second.tasks.map(({ step, status }) => [step, status])).toEqual([
      ["faces", "cached"],
      ["hide", "succeeded"],
    ]);
    expect(second.tasks[0]?.output).toEqual(first.tasks[0]?.output);
    expect(second.output).not.toBe(first.output);
    expect((await client.runs.get(first.runUUID)).output).toBe(first.output);
  });

  it("a rerun with an edited step does that one and what stands on it, and refuses what no workflow may say", async () => {
    const first = await begin("anonymize-faces");
    const { runUUID } = await client.runs.rerun(first.runUUID, { steps: { faces: { maskPadding: 40 } } });
    const second = await client.runs.wait(runUUID, WAIT);
    expect(second.tasks.map(({ status }) => status)).toEqual(["succeeded", "succeeded"]);
    expect(second.tasks[0]?.input).toMatchObject({ maskPadding: 40 });
    const rerun = (body: Parameters<typeof client.runs.rerun>[1]) => client.runs.rerun(first.runUUID, body);
    await expect(rerun({ steps: { faces: { maskPading: 4 } } })).rejects.toMatchObject({
      code: "WORKFLOW_INVALID",
    });
    await expect(rerun({ steps: { face: { maskPadding: 4 } } })).rejects.toMatchObject({
      message: expect.stringContaining("Did you mean faces?"),
    });
    await expect(rerun({ inputs: { image: second.output } })).rejects.toMatchObject({
      code: "INPUT_INVALID",
    });
    await expect(rerun({})).rejects.toMatchObject({ code: "INPUT_INVALID" });
  });

  it("a rerun of a workflow that uses another one does no more of that than changed", async () => {
    const workflow = `
maskloom: 1
name: twice
inputs: { image: { type: image }, mode: { type: choice, choices: [blur, colour], default: blur } }
steps:
  - id: hidden
    task: use
    workflow: anonymize-faces
    inputs: { image: "\${inputs.image}", mode: "\${inputs.mode}", padding: 20 }
output: \${steps.hidden.image}
`;
    const first = await begin(workflow);
    expect(first.status).toBe("succeeded");
    const { runUUID } = await client.runs.rerun(first.runUUID, { inputs: { mode: "colour" } });
    const second = await client.runs.wait(runUUID, WAIT);
    expect(second.status).toBe("succeeded");
    expect(second.tasks[0]?.status).toBe("cached");
    expect(second.tasks.at(-1)?.status).toBe("succeeded");
    expect(second.output).not.toBe(first.output);
  });

  it("is done once in a batch: the same picture under another name waits for the first, and is found in the cache", async () => {
    const bytes = await readFile(path.join(PHOTOS, "astronaut.jpg"));
    const names = ["a.jpg", "b.jpg", "c.jpg"];
    const images = names.map((name) => new File([new Uint8Array(bytes)], name));
    const { batchUUID } = await client.batches.create({
      workflow: "anonymize-faces",
      images,
      inputs: { blocks: 3, padding: 31 },
    });
    await vi.waitFor(
      async () => expect((await client.batches.get(batchUUID)).runs.succeeded).toBe(names.length),
      PATIENCE,
    );
    const { runs } = await client.runs.list({ batch: batchUUID });
    const details = await Promise.all(runs.map(({ runUUID }) => client.runs.get(runUUID)));
    const statuses = details.map(({ tasks }) => tasks.map(({ status }) => status).join(" ")).sort();
    expect(statuses).toEqual(["cached cached", "cached cached", "succeeded succeeded"]);
    const { artifacts } = host.services;
    const pictures = await Promise.all(
      details.map(({ output }) => artifacts.find(LOCAL_OWNER, ArtifactUUID.parse(output))),
    );
    expect(new Set(pictures.map(({ digest }) => digest)).size).toBe(1);
    expect(new Set(pictures.map(({ uuid }) => uuid)).size).toBe(names.length);
    expect(details.map(({ file }) => file).sort()).toEqual(names);
  });
});
