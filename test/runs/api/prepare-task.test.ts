import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
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

  const prepare = async (paid: boolean) => {
    const settings = settingsOf({ id: "forge", kind: "a1111", url: peer.url, paid });
    const providers = openRemoteProviders([settings], TOOLS);
    const read = readTask(
      {
        taskType: "imageInference",
        taskUUID: randomUUID(),
        model: "dreamshaper_8",
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
    const { resolved, seed } = await prepare(false);
    expect(resolved.steps["result1"]).toMatchObject({ provider: "forge" });
    expect(seed).toBeTypeOf("number");
  });

  it("is refused with the provider's name where that costs money", async () => {
    await expect(prepare(true)).rejects.toMatchObject({
      code: "MODEL_UNKNOWN",
      message: expect.stringMatching(
        /dreamshaper_8.*the paid provider forge has.*never spends money unasked/,
      ),
    });
  });
});
