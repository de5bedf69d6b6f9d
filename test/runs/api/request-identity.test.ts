import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readTask } from "../../../src/contracts/wire/read-task.ts";
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

  it.each([
    ["with a line's end after it", (text: string) => `${text}\n`],
    ["with white space on both sides", (text: string) => ` \r\n${text}\t \n`],
    ["in a data URI with a line's end", (text: string) => `data:image/png;base64,${text}\r\n`],
    ["broken into lines", (text: string) => `${text.match(/.{1,76}/g)?.join("\n")}\n`],
  ])("names a picture %s as the border reads it", async (_how, write) => {
    const taskUUID = "8f14e45f-ceea-467f-a123-3f1d0ff5b2a2";
    const request = {
      taskType: "imageMasking",
      taskUUID,
      model: "face_yolov8n",
      inputs: { image: write(picture) },
    };
    const read = readTask(request, false);
    if ("error" in read || read.task.taskType !== "imageMasking") return expect.unreachable("it is a task");
    const { inputImage } = read.task;
    if (inputImage.kind !== "base64") return expect.unreachable("it is base64");
    const kept = await withoutPictures(request, [{ data: inputImage.data, uuid: taskUUID }]);
    expect(kept).toEqual({ ...request, inputs: { image: taskUUID } });
  });

  it("holds no picture that nobody read, only the digest of its text", async () => {
    const request = { taskType: "imageMasking", inputs: { image: "a", unread: picture }, image: picture };
    const kept = await withoutPictures(request, []);
    expect(kept).toEqual({
      taskType: "imageMasking",
      inputs: { image: "a", unread: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) },
      image: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    });
  });
});
