import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { requestDigest, withoutPictures } from "../../../src/runs/api/request-identity.ts";

const picture = "iVBORw0KGgo".repeat(3_000);

describe("what makes two requests the same", () => {
  it("is their content, not the order of their keys", async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 6 }), async (fields) => {
        const reversed = Object.fromEntries(Object.entries(fields).reverse());
        expect(await requestDigest(reversed)).toBe(await requestDigest(fields));
      }),
      { numRuns: 100 },
    );
  });

  it("is any value, and the last digit of a picture, too", async () => {
    const request = { taskType: "imageMasking", inputImage: picture, confidence: 0.5 };
    const digest = await requestDigest(request);
    expect(await requestDigest({ ...request, confidence: 0.6 })).not.toBe(digest);
    expect(await requestDigest({ ...request, inputImage: `${picture.slice(0, -1)}A` })).not.toBe(digest);
    expect(await requestDigest({ ...request, extra: null })).not.toBe(digest);
  });
});

describe("a request as it is kept", () => {
  it("names its pictures by UUID, wherever and however they stood in it", async () => {
    const uuid = "8f14e45f-ceea-467f-a123-3f1d0ff5b2a1";
    const request = {
      taskType: "imageInference",
      inputs: { seedImage: `data:image/png;base64,${picture}`, maskImage: "another" },
      positivePrompt: "as it is",
      lora: [{ model: "a", weight: 1 }],
    };
    expect(await withoutPictures(request, [{ data: picture, uuid }])).toEqual({
      ...request,
      inputs: { seedImage: uuid, maskImage: "another" },
    });
  });
});
