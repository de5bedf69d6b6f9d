import { randomUUID } from "node:crypto";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { MaskloomError } from "../../src/errors.ts";
import type { Inpainter, InpaintRequest } from "../../src/inpainting/inpainter.ts";
import type { Download } from "../../src/inpainting/providers/runware/answer-picture.ts";
import { createRunwareProvider } from "../../src/inpainting/providers/runware/runware-provider.ts";
import { createOutsideClient } from "../../src/runs/outside/outside-client.ts";
import { settingsOf } from "../inpainting/providers/http/http-peer.ts";
import { boxMask, requestOf, testPicture } from "../inpainting/providers/inpaint-request.ts";
import { type PeerScript, type ScriptedPeer, startScriptedPeer } from "../protocol/client/scripted-peer.ts";
import { describeInpainter } from "./inpainter.ts";

const outside: { readonly download: Download } = createOutsideClient({ allowedTargets: [], fetchMs: 5_000 });

const KEY = "geheim-4711";

async function openRunware(
  script: PeerScript = {},
  options: Record<string, unknown> = {},
  address: "url" | "httpUrl" = "url",
) {
  const peer = await startScriptedPeer(script);
  const entry = { id: "api", kind: "runware", url: peer[address], keyFrom: "API_KEY" };
  const settings = settingsOf({ ...entry, options, timeout: "5s" }, { API_KEY: KEY });
  const provider = createRunwareProvider(settings, outside);
  const manifest = provider.findInpainter("runware:101@1");
  if (manifest === null) throw new Error("the provider does not take an AIR");
  return {
    peer,
    provider,
    inpainter: calling(provider.createInpainter(manifest)),
    async close() {
      await provider.close();
      await peer.close();
    },
  };
}

/** As a worker does it: each request is a call with a UUID of its own. */
const calling = (inpainter: Inpainter): Inpainter => ({
  ...inpainter,
  inpaint: (request) =>
    inpainter.inpaint({
      call: { callUUID: randomUUID(), resumes: false, onProgress: () => undefined },
      ...request,
    }),
});

/* Aborting is ours alone: the API has no message for it. So of the suite for those elsewhere only the common part holds; what
   can go wrong there is in provider-faults-runware.test.ts. */
describeInpainter("runware", () => openRunware());
describeInpainter("runware, nested, over HTTP", () => openRunware({}, { form: "nested" }, "httpUrl"));

describe("the Runware API as an inpainter", () => {
  const image = testPicture(256, 192);
  const mask = boxMask(256, 192, { x0: 60, y0: 40, x1: 160, y1: 140 });
  const request = (more: Partial<InpaintRequest> = {}): InpaintRequest => ({
    ...requestOf(image, mask, { positivePrompt: "a face", seed: 7, steps: 130 }),
    ...more,
  });
  const using = async (
    script: PeerScript,
    use: (inpainter: Inpainter, peer: ScriptedPeer) => Promise<void>,
    options: Record<string, unknown> = {},
  ) => {
    const opened = await openRunware(script, options);
    try {
      await use(opened.inpainter, opened.peer);
    } finally {
      await opened.close();
    }
  };
  const failureOf = (work: Promise<unknown>) =>
    work.then(
      () => "no failure",
      (error: unknown) => (error instanceof MaskloomError ? error.code : String(error)),
    );

  it("is asked with the API's own fields, and what it cannot take is said", () =>
    using({}, async (inpainter, peer) => {
      const answer = await inpainter.inpaint(request({ margin: 20 }));
      expect(answer.warnings).toEqual([
        "maskMargin: the API takes 32, not 20, so that was sent",
        "steps: the API takes 100, not 130, so that was sent",
      ]);
      expect(answer).toMatchObject({ seed: 7, cost: 0.0021, providerId: expect.any(String) });
      expect(peer.tasks[0]).toMatchObject({
        taskType: "imageInference",
        model: "runware:101@1",
        positivePrompt: "a face",
        maskMargin: 32,
        steps: 100,
        seed: 7,
        width: 256,
        height: 192,
        numberResults: 1,
        outputType: "base64Data",
        outputFormat: "PNG",
        includeCost: true,
        deliveryMethod: "async",
      });
    }));

  it("hands on what the provider says that it did otherwise, and nothing that is no such list", async () => {
    const warned = async (warnings: unknown) => {
      let told: readonly string[] | undefined;
      await using({ also: { warnings } }, async (inpainter) => {
        told = (await inpainter.inpaint(request({ parameters: {} }))).warnings;
      });
      return told;
    };
    const long = "x".repeat(500);
    expect(await warned([`it was fitted by cover for ${KEY}`, 5, long])).toEqual([
      "provider api: it was fitted by cover for (the key)",
      `provider api: ${long.slice(0, 400)}`,
    ]);
    expect(await warned("nonsense")).toEqual([]);
  });

  it.each(["flat", "nested"])(
    "says what it saw that is not safe for work, where it was asked to look, %s",
    (form) =>
      using(
        {},
        async (inpainter) => {
          const told = async (parameters: InpaintRequest["parameters"]) =>
            (await inpainter.inpaint(request({ parameters }))).NSFWContent;
          expect(await told({ positivePrompt: "a nude", checkNSFW: true })).toBe(true);
          expect(await told({ positivePrompt: "a hat", checkNSFW: true })).toBe(false);
          expect(await told({ positivePrompt: "a nude" })).toBeUndefined();
        },
        { form },
      ),
  );

  it("asks nothing more for somebody who has gone: the API knows no cancelling, so that it may be billed", () =>
    using({ workMs: () => 2_000 }, async (inpainter, peer) => {
      const leaving = new AbortController();
      const callUUID = randomUUID();
      const call = { callUUID, resumes: false, onProgress: () => undefined };
      const painting = failureOf(inpainter.inpaint(request({ call, signal: leaving.signal })));
      await expect.poll(() => peer.tasks.length, { timeout: 10_000 }).toBe(1);
      leaving.abort(new MaskloomError("CANCELLED", "gone"));
      expect(await painting).toBe("CANCELLED");
      const before = peer.received.length;
      await inpainter.inpaint(request());
      expect(peer.received.slice(before).join()).not.toContain(callUUID);
      expect(peer.bills.get(callUUID)).toBe(1);
    }));

  it("gets more fields as `native` has them, and none of our own settings", () =>
    using({}, async (inpainter, peer) => {
      const settings = { native: { acceleration: "high" } };
      await inpainter.inpaint(request({ parameters: { settings } }));
      expect(peer.tasks[0]).toMatchObject({ acceleration: "high", positivePrompt: "__BLANK__" });
      expect(peer.tasks[0]).not.toHaveProperty("settings");
    }));

  it("gets a small crop grown to what it takes, and answers at the crop's own size", () =>
    using({}, async (inpainter, peer) => {
      const small = requestOf(testPicture(64, 100), boxMask(64, 100, { x0: 0, y0: 0, x1: 64, y1: 100 }));
      const { image: answer } = await inpainter.inpaint(small);
      expect([answer.width, answer.height]).toEqual([64, 100]);
      expect(peer.tasks[0]).toMatchObject({ width: 128, height: 128 });
      const inverted = small.image.data.every((value, at) => answer.data[at] === 255 - Math.round(value));
      expect(inverted).toBe(true);
    }));

  it("gets a large picture once, and then its name", () =>
    using({}, async (inpainter, peer) => {
      const noise = testPicture(512, 512);
      let state = 1;
      for (let at = 0; at < noise.data.length; at++) {
        state = (state * 48_271) % 2_147_483_647;
        noise.data[at] = state % 256;
      }
      const large = requestOf(noise, boxMask(512, 512, { x0: 10, y0: 10, x1: 99, y1: 99 }));
      await inpainter.inpaint(large);
      await inpainter.inpaint(large);
      expect(peer.uploads).toBe(1);
      expect(peer.tasks[0]?.["seedImage"]).toBe(peer.tasks[1]?.["seedImage"]);
    }));

  it.each([
    ["another size", async () => ({ imageBase64Data: (await plain(64)).toString("base64") })],
    ["no picture", async () => ({ imageBase64Data: "bm8gcGljdHVyZSBhdCBhbGw=" })],
    ["100 MB", async () => ({ imageBase64Data: "A".repeat(60 * 1024 * 1024) })],
    ["an address inside", async () => ({ imageURL: "http://127.0.0.1:18080/picture.png" })],
    ["nothing of a picture", async () => ({ imageUUID: randomUUID() })],
  ])("that answers %s was paid for nothing, which is an error that is not repeated", (_, paint) =>
    using({ paint }, async (inpainter, peer) => {
      expect(await failureOf(inpainter.inpaint(request()))).toBe("OUTPUT_INVALID");
      expect([...peer.bills.values()]).toEqual([1]);
    }),
  );
});

const plain = (side: number): Promise<Buffer> =>
  sharp({ create: { width: side, height: side, channels: 3, background: "#808080" } })
    .png()
    .toBuffer();
