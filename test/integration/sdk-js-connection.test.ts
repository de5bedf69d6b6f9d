import { Runware } from "@runware/sdk-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { API_KEY, type ApiHost, astronaut, dataUri, openApiHost } from "./api-host.ts";

let host: ApiHost;

beforeAll(async () => {
  host = await openApiHost();
});

afterAll(async () => {
  await host?.stop();
});

describe("@runware/sdk-js, its connection", () => {
  it("is refused a wrong key at once: it says so instead of waiting out its limit", async () => {
    const wrong = Runware.initialize({ apiKey: "no-such-key-at-all", url: host.webSocketUrl });
    await expect(wrong).rejects.toMatchObject({
      error: { code: "invalidApiKey", parameter: "apiKey", taskType: "authentication" },
    });
  });

  it("comes back by itself after the server was restarted, and after it was killed", async () => {
    const sdk = await Runware.initialize({ apiKey: API_KEY, url: host.webSocketUrl });
    const inputImage = dataUri(await astronaut(), "image/jpeg");
    const mask = () => sdk.imageMasking({ model: "runware:35@7", inputImage });
    expect((await mask()).detections).toHaveLength(1);
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      await host.restart(signal);
      expect((await mask()).detections).toHaveLength(1);
    }
    await sdk.disconnect();
  });

  it("prices a task without running it where it was made for a dry run", async () => {
    const sdk = await Runware.initialize({ apiKey: API_KEY, url: host.webSocketUrl, dryRun: true });
    const inputImage = dataUri(await astronaut(), "image/jpeg");
    const answer = await sdk.imageMasking({ model: "runware:35@7", inputImage, includeCost: true });
    expect(answer).toMatchObject({ taskType: "imageMasking", cost: 0 });
    expect(answer.maskImageUUID).toBeUndefined();
    await sdk.disconnect();
  });
});
