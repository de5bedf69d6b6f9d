import { randomBytes, randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { createRunwarePeer } from "../../../../src/inpainting/providers/runware/runware-peer.ts";
import { openChannel } from "../../../../src/protocol/client/open-channel.ts";
import { errorOf } from "../../../onnx/run-model.ts";

const download = async () => new Uint8Array();

it.each([
  [true, "CALL_OPEN"],
  [false, "PROVIDER_UNAVAILABLE"],
])("a picture that cannot be uploaded, where its call was sent before: %s, is %s", async (resumes, code) => {
  const channel = openChannel({ who: "provider p", url: "http://127.0.0.1:9/v1", key: undefined });
  const settings = { id: "p", timeoutMs: 20_000, remembersMs: 60_000 };
  const peer = createRunwarePeer(settings, channel, "flat", download);
  const call = { callUUID: randomUUID(), resumes, onProgress: () => undefined };
  /* Larger than what travels within the task. */
  const refer = () => peer.refer(randomBytes(300_000), call, new AbortController().signal);
  expect(await errorOf(refer)).toMatchObject({ code });
  await channel.close();
});
