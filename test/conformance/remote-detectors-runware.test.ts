import { randomUUID } from "node:crypto";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import type { RemoteCall } from "../../src/inpainting/inpainter.ts";
import type { RemoteDetector } from "../../src/inpainting/providers/provider-instance.ts";
import { createRunwareProvider } from "../../src/inpainting/providers/runware/runware-provider.ts";
import { settingsOf } from "../inpainting/providers/http/http-peer.ts";
import { testPicture } from "../inpainting/providers/inpaint-request.ts";
import { errorOf } from "../onnx/run-model.ts";
import {
  type PeerScript,
  PRICE,
  type ScriptedPeer,
  startScriptedPeer,
} from "../protocol/client/scripted-peer.ts";
import { callOf } from "./inpainter.ts";

/* What every detector on another machine must do; only peers of the API detect, over either of their channels. */

const NOTHING = { download: () => Promise.reject(new Error("nothing is downloaded")) };
const IMAGE = testPicture(160, 120);

interface Opened {
  readonly peer: ScriptedPeer;
  readonly detect: (call?: RemoteCall, signal?: AbortSignal) => ReturnType<RemoteDetector["detect"]>;
}

describe.each([
  ["over its WebSocket", "url", "flat"],
  ["over HTTP, nested", "httpUrl", "nested"],
] as const)("detection by the API, %s", (_, over, form) => {
  const using = async (script: PeerScript, use: (opened: Opened) => Promise<void>, timeout = "60s") => {
    const peer = await startScriptedPeer(script);
    const entry = { id: "api", kind: "runware", url: peer[over], options: { form }, timeout };
    const provider = createRunwareProvider(settingsOf(entry), NOTHING);
    const detector = provider.findDetector?.("face_yolov8n");
    if (detector === null || detector === undefined) throw new Error("the API has that detector");
    const detect: Opened["detect"] = (call = callOf(randomUUID()), signal = new AbortController().signal) =>
      detector.detect(IMAGE, { confidence: 0.4, signal, call });
    try {
      await use({ peer, detect });
    } finally {
      await provider.close();
      await peer.close();
    }
  };

  it("gives a mask as large as the picture, boxes in its pixels, and the price", () =>
    using({}, async ({ peer, detect }) => {
      const { mask, boxes, cost } = await detect();
      expect([mask.width, mask.height, boxes, cost]).toEqual([160, 120, [[40, 30, 120, 90]], PRICE]);
      expect([mask.data[0], mask.data[60 * 160 + 80]]).toEqual([0, 255]);
      expect(peer.tasks[0]).toMatchObject({ taskType: "imageMasking", model: "runware:35@1" });
    }));

  it("hands on what the provider says that it did otherwise", () =>
    using({ also: { warnings: ["a warning of theirs"] } }, async ({ detect }) => {
      expect((await detect()).warnings).toEqual(["provider api: a warning of theirs"]);
    }));

  it("does without boxes, which the API does not always give", () =>
    using(
      { paint: async () => ({ maskImageUUID: randomUUID(), maskImageBase64Data: await white() }) },
      async ({ detect }) => {
        const { mask, boxes } = await detect();
        expect([mask.data[0], boxes]).toEqual([255, []]);
      },
    ));

  it("takes no mask of another size", () =>
    using({ paint: async () => ({ maskImageBase64Data: await white(64) }) }, async ({ detect }) => {
      expect(await errorOf(() => detect())).toMatchObject({
        code: "OUTPUT_INVALID",
        message: expect.stringMatching(/^provider api: expected a picture of 160x120, got one of 64x64/),
      });
    }));

  it("asks again for what it lost the answer of, and is billed once", () =>
    using({ onTask: (_task, nth) => (nth === 1 ? "take, then cut" : "take") }, async ({ peer, detect }) => {
      const call = callOf(randomUUID());
      expect((await detect(call)).boxes).toHaveLength(1);
      expect((await detect({ ...call, resumes: true })).boxes).toHaveLength(1);
      expect([...peer.bills]).toEqual([[call.callUUID, 1]]);
    }));

  it.each([
    [{ refuse: "invalidApiKey" }, "PROVIDER_REFUSED"],
    [{ refuse: "insufficientCredits" }, "PROVIDER_REFUSED"],
    [{ refuse: "rateLimitExceeded" }, "PROVIDER_UNAVAILABLE"],
    [{ refuse: "inferenceError" }, "PROVIDER_FAILED"],
  ])("says what it is that went wrong: %j is %s", (fate, code) =>
    using({ onTask: () => fate }, async ({ detect }) => {
      expect(await errorOf(() => detect())).toMatchObject({
        code,
        message: expect.stringMatching(/^provider api/),
      });
    }),
  );

  it("is open after its time, since it may be carried out still", () =>
    using(
      { workMs: () => 60_000 },
      async ({ detect }) => expect(await errorOf(() => detect())).toMatchObject({ code: "CALL_OPEN" }),
      "500ms",
    ));

  it("asks nothing more for somebody who has gone: the API knows no cancelling, so that it may be billed", () =>
    using({ workMs: () => 2_000 }, async ({ peer, detect }) => {
      const leaving = new AbortController();
      const call = callOf(randomUUID());
      const detecting = errorOf(() => detect(call, leaving.signal));
      await expect.poll(() => peer.tasks.length, { timeout: 10_000 }).toBe(1);
      leaving.abort(new Error("gone"));
      expect(await detecting).toMatchObject({ message: "gone" });
      const before = peer.received.length;
      await detect();
      expect(peer.received.slice(before).join()).not.toContain(call.callUUID);
      expect(peer.bills.get(call.callUUID)).toBe(1);
    }));
});

async function white(width = 160, height = width === 160 ? 120 : width): Promise<string> {
  const png = await sharp({ create: { width, height, channels: 3, background: "#fff" } })
    .png()
    .toBuffer();
  return png.toString("base64");
}
