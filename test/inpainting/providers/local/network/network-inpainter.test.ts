import { afterAll, describe, expect, it } from "vitest";
import { lama } from "../../../../../models/lama.ts";
import { InpainterManifest } from "../../../../../src/contracts/manifest.ts";
import { planZoomedCrop } from "../../../../../src/inpainting/crop-plan.ts";
import { hardCapabilities } from "../../../../../src/inpainting/providers/local/network/network-facts.ts";
import { createNetworkInpainter } from "../../../../../src/inpainting/providers/local/network/network-inpainter.ts";
import { createInferencePool } from "../../../../../src/onnx/inference-pool.ts";
import { errorOf, largestDifference } from "../../../../onnx/run-model.ts";
import { boxMask, requestOf, testPicture } from "../../inpaint-request.ts";
import { negativeManifest, negativeNetwork } from "./small-network.ts";

const pool = createInferencePool({ threads: 1 });
afterAll(() => pool.close());

const inpainterOf = (
  manifest: Parameters<typeof createNetworkInpainter>[0],
  onnx = negativeNetwork(manifest.network.size?.[0] ?? null),
) => createNetworkInpainter(manifest, { pool, readWeights: async () => onnx });

describe("an ONNX network with a picture and a mask", () => {
  const box = { x0: 8, y0: 4, x1: 24, y1: 20 };

  it("repaints exactly what the mask covers, in the colours it was given", async () => {
    const image = testPicture(32, 32);
    const { image: answer } = await inpainterOf(negativeManifest(32)).inpaint(
      requestOf(image, boxMask(32, 32, box)),
    );
    const expected = image.data.map((value, index) => {
      const pixel = Math.floor(index / 3);
      const [x, y] = [pixel % 32, Math.floor(pixel / 32)];
      return x >= box.x0 && x < box.x1 && y >= box.y0 && y < box.y1 ? 255 - value : value;
    });
    expect(largestDifference(answer.data, expected)).toBeLessThan(0.001);
  });

  it("counts what the mask touches at all as covered", async () => {
    const image = testPicture(16, 16);
    const mask = { width: 16, height: 16, data: new Uint8Array(256).fill(1) };
    const { image: answer } = await inpainterOf(negativeManifest(16)).inpaint(requestOf(image, mask));
    expect(
      largestDifference(
        answer.data,
        image.data.map((value) => 255 - value),
      ),
    ).toBeLessThan(0.001);
  });

  it("is given crops of any size where it takes them", async () => {
    const { image } = await inpainterOf(negativeManifest(null)).inpaint(
      requestOf(testPicture(24, 40), boxMask(24, 40, box)),
    );
    expect([image.width, image.height]).toEqual([24, 40]);
  });

  it("answers at the crop's size where the crop is not quite of its own", async () => {
    const { image } = await inpainterOf(negativeManifest(32)).inpaint(
      requestOf(testPicture(32, 31), boxMask(32, 31, box)),
    );
    expect([image.width, image.height]).toEqual([32, 31]);
  });

  it("hands over blue first, and another range, where the manifest says so", async () => {
    const manifest = negativeManifest(16);
    const bgr = {
      ...manifest,
      network: {
        ...manifest.network,
        image: { ...manifest.network.image, channels: "BGR" as const, range: [1, 0] as [number, number] },
        output: { ...manifest.network.output, range: [255, 0] as [number, number] },
      },
    };
    const image = testPicture(16, 16);
    const { image: answer } = await inpainterOf(bgr).inpaint(
      requestOf(image, boxMask(16, 16, { x0: 0, y0: 0, x1: 0, y1: 0 })),
    );
    expect(largestDifference(answer.data, image.data)).toBeLessThan(0.001);
  });

  it("stops before it begins where nobody waits any more", async () => {
    const request = requestOf(testPicture(16, 16), boxMask(16, 16, box), {}, 1, AbortSignal.abort());
    expect(await errorOf(() => inpainterOf(negativeManifest(16)).inpaint(request))).toMatchObject({
      name: "AbortError",
    });
  });

  it("says which output is missing", async () => {
    const manifest = negativeManifest(16);
    const other = {
      ...manifest,
      network: { ...manifest.network, output: { name: "picture", range: [0, 255] as [number, number] } },
    };
    expect(
      await errorOf(() => inpainterOf(other).inpaint(requestOf(testPicture(16, 16), boxMask(16, 16, box)))),
    ).toMatchObject({
      code: "MODEL_UNREADABLE",
      message: expect.stringMatching(/called picture, it has output/),
    });
  });
});

describe("local:lama", () => {
  it("fits the contract, with the identity that its publisher gives", () => {
    expect(InpainterManifest.parse(lama)).toEqual(lama);
    expect(lama.network?.source).toMatchObject({
      bytes: 92_591_623,
      sha256: "7df918ac3921d3daf0aae1d219776cf0dc4e4935f035af81841b40adcf74fdf2",
    });
  });

  it("is given crops of its one size, however long or large what is removed", () => {
    for (const side of [20, 300, 1800]) {
      const plan = planZoomedCrop(
        { x0: 100, y0: 100, x1: 100 + side, y1: 160 },
        { width: 2000, height: 1200 },
        { maskMargin: 48, outputScale: 1, skipIfLarger: false },
        lama.capabilities.hard,
      );
      expect(plan.working).toEqual({ width: 512, height: 512 });
    }
  });

  it("has the capabilities that follow from its network", () => {
    expect(lama.network === undefined ? null : hardCapabilities(lama.network)).toEqual(
      lama.capabilities.hard,
    );
  });
});
