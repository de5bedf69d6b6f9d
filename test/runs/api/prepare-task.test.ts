import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ProviderEntry } from "../../../src/contracts/provider.ts";
import { readTask } from "../../../src/contracts/wire/read-task.ts";
import { packagedModels } from "../../../src/detection/weights/model-library.ts";
import { openRemoteProviders } from "../../../src/inpainting/providers/remote-providers.ts";
import { createPreparation } from "../../../src/runs/api/prepare-task.ts";
import { type A1111Peer, startA1111Peer } from "../../inpainting/providers/a1111/a1111-peer.ts";
import { settingsOf } from "../../inpainting/providers/http/http-peer.ts";

const TOOLS = { download: () => Promise.reject(new Error("nothing is downloaded")) };

describe("a task of the API whose model only a configured provider has", () => {
  let peer: A1111Peer;
  beforeEach(async () => {
    peer = await startA1111Peer();
  });
  afterEach(() => peer.close());

  const prepare = async (entry: Partial<ProviderEntry>, model = "dreamshaper_8") => {
    const settings = settingsOf({
      id: "forge",
      kind: "a1111",
      url: peer.url,
      ...(entry.paid === true ? { prices: { "*": 0.02 } } : {}),
      ...entry,
    });
    const providers = openRemoteProviders([settings], TOOLS);
    const read = readTask(
      {
        taskType: "imageInference",
        taskUUID: randomUUID(),
        model,
        positivePrompt: "a face",
        seedImage: randomUUID(),
        maskImage: randomUUID(),
        width: 512,
        height: 512,
      },
      false,
    );
    if ("error" in read || read.task.taskType !== "imageInference") throw new Error("expected a task");
    try {
      return await createPreparation({ ...packagedModels, providers })(read.task, read.request);
    } finally {
      await providers.close();
    }
  };

  it("is done by that provider", async () => {
    const { resolved, seed, reserved } = await prepare({});
    expect(resolved.steps["result1"]).toMatchObject({ provider: "forge" });
    expect(reserved).toBe(0);
    expect(seed).toBeTypeOf("number");
  });

  it("is refused with the provider's name where that costs money", async () => {
    await expect(prepare({ paid: true })).rejects.toMatchObject({
      code: "MODEL_UNKNOWN",
      message: expect.stringMatching(
        /dreamshaper_8.*the paid provider forge has.*never spends money unasked/,
      ),
    });
  });

  it("is paid for where the configuration opens the provider to the API, at the price that is reserved", async () => {
    const { workflow, resolved, reserved } = await prepare({ paid: true, api: true });
    expect(workflow.steps).toMatchObject([{ id: "result1", provider: "forge" }]);
    expect(resolved.steps["result1"]).toMatchObject({ provider: "forge" });
    expect(reserved).toBe(0.02);
  });

  it("is refused where the configuration closes the provider to the API, though it costs nothing", async () => {
    await expect(prepare({ api: false })).rejects.toMatchObject({
      code: "MODEL_UNKNOWN",
      message: expect.stringMatching(/dreamshaper_8.*open to the API.*forge/),
    });
  });

  it("is told that the API itself takes any AIR id, where it is open", async () => {
    await expect(
      prepare({ id: "api", kind: "runware", paid: true, api: true }, "nobody"),
    ).rejects.toMatchObject({
      code: "MODEL_UNKNOWN",
      message: expect.stringMatching(/; provider api has what an AIR id names$/),
    });
  });

  it("is told what providers have where nobody has it, of those that are open to the API", async () => {
    const cases: [Partial<ProviderEntry>, RegExp][] = [
      [
        {},
        /local:fill.*; (`maskloom providers test forge` says what forge has|provider forge has .*dreamshaper_8)/,
      ],
      [
        { paid: true, api: true, models: ["dreamshaper_8"] },
        /local:fill.*; provider forge has dreamshaper_8/,
      ],
    ];
    for (const [entry, offered] of cases) {
      await expect(prepare(entry, "nobody")).rejects.toMatchObject({
        code: "MODEL_UNKNOWN",
        message: expect.stringMatching(offered),
      });
    }
    await expect(prepare({ paid: true }, "nobody")).rejects.toMatchObject({
      message: expect.not.stringMatching(/forge/),
    });
  });
});

describe("a masking task of the API whose model is not here", () => {
  const prepare = async (model: string, entry: Partial<ProviderEntry>) => {
    const settings = settingsOf({
      id: "api",
      kind: "runware",
      url: "http://127.0.0.1:9",
      paid: true,
      ...entry,
    });
    const providers = openRemoteProviders([settings], TOOLS);
    const read = readTask(
      { taskType: "imageMasking", taskUUID: randomUUID(), model, inputImage: randomUUID() },
      false,
    );
    if ("error" in read || read.task.taskType !== "imageMasking") throw new Error("expected a task");
    try {
      return await createPreparation({ ...packagedModels, providers })(read.task, read.request);
    } finally {
      await providers.close();
    }
  };

  it("is told what providers have where nobody has it, of those that are open to the API", async () => {
    await expect(prepare("nobody", { api: true })).rejects.toMatchObject({
      code: "MODEL_UNKNOWN",
      message: expect.stringMatching(/Known are .*; provider api has runware:35@6, .*runware:35@1\b/),
    });
    await expect(prepare("nobody", {})).rejects.toMatchObject({
      code: "MODEL_UNKNOWN",
      message: expect.not.stringMatching(/provider api/),
    });
  });

  it("is told how its weights come here, where otherwise it would cost money", async () => {
    await expect(prepare("hand_yolov8n", {})).rejects.toMatchObject({
      code: "MODEL_UNAVAILABLE",
      message: expect.stringMatching(/models pull hand_yolov8n.*the paid provider api has/),
    });
    const { workflow } = await prepare("hand_yolov8n", { api: true });
    expect(workflow.steps).toMatchObject([{ id: "mask", model: "runware:35@3", provider: "api" }]);
  });
});
