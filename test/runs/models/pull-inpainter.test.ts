import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createModelLibrary } from "../../../src/detection/weights/model-library.ts";
import { createHttpClient, type HttpClient } from "../../../src/runs/models/http-client.ts";
import { pulledSourcesOf, pullModel, requireSpace } from "../../../src/runs/models/pull-model.ts";
import { removeModel } from "../../../src/runs/models/remove-model.ts";
import { type HttpPeer, startHttpPeer } from "../../inpainting/providers/http/http-peer.ts";
import { negativeManifest, negativeNetwork } from "../../inpainting/providers/local/network/small-network.ts";
import { errorOf } from "../../onnx/run-model.ts";
import { addingModel } from "../../onnx/small-model.ts";

let folder: string;
let client: HttpClient;
let publisher: HttpPeer;
let served: Uint8Array;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "maskloom-pull-inpainter-"));
  client = createHttpClient();
  publisher = await startHttpPeer(() => ({
    headers: { "content-length": String(served.length) },
    body: served,
  }));
});
afterEach(async () => {
  await client.close();
  await publisher.close();
  await rm(folder, { recursive: true });
});

/** An inpainter whose publisher gives out these bytes. */
function published(onnx: Uint8Array) {
  served = onnx;
  const manifest = negativeManifest(64, onnx);
  const sha256 = createHash("sha256").update(onnx).digest("hex");
  const source = { url: `${publisher.url}/negative.onnx`, file: "negative.onnx", bytes: onnx.length, sha256 };
  return { ...manifest, network: { ...manifest.network, source } };
}

const pulling = () => ({
  config: { models: { folder, mirrorUrl: undefined } },
  client,
  signal: AbortSignal.timeout(20_000),
  onWait: () => undefined,
  progressOf: () => ({ received: () => undefined, note: () => undefined, close: () => undefined }),
});

it("an inpainter is pulled like any model: checked, run once, and removed with what was made of it", async () => {
  const manifest = published(negativeNetwork(64));
  const known = { manifest, origin: "shipped", state: "absent", fact: null } as const;
  await requireSpace(folder, [known]);
  await pullModel(manifest, pulling());
  const [source] = pulledSourcesOf(manifest);
  if (source === undefined) throw new Error("nothing was pulled");
  expect(await createModelLibrary(folder).readWeights(source)).toEqual(Buffer.from(served));
  await removeModel(folder, { ...known, state: "ready" });
  expect(await errorOf(() => createModelLibrary(folder).readWeights(source))).toMatchObject({
    code: "MODEL_UNAVAILABLE",
  });
});

it("an inpainter that does not run is not said to be here", async () => {
  expect(await errorOf(() => pullModel(published(addingModel(1)), pulling()))).toMatchObject({
    code: expect.stringMatching(/^(INPUT_INVALID|MODEL_UNREADABLE)$/),
  });
});
