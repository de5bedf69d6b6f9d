import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ArtifactUUID, newRunUUID, TaskUUID } from "../../../src/contracts/ids.ts";
import { type AnswerServices, answerOf } from "../../../src/runs/api/answers.ts";
import type { Delivery } from "../../../src/runs/api/delivery.ts";
import { LOCAL_OWNER } from "../../../src/store/owners.ts";

const DELIVERY: Delivery = {
  outputType: ["base64Data"],
  outputFormat: "PNG",
  outputQuality: 95,
  includeCost: true,
  isAsync: false,
  baseUrl: "http://localhost:8787",
  numberResults: 1,
  seed: 7,
  price: 0,
};

/** The first result of a task, of which the storage does not answer so many times. */
async function answerAfter(failures: number, output: object = {}, code = "ECONNRESET") {
  let left = failures;
  const services = {
    hasImageAliases: true,
    pictures: {
      async encode() {
        if (left-- > 0) throw Object.assign(new Error("gone"), { code });
        return { bytes: new Uint8Array([1, 2, 3]), mediaType: "image/png" };
      },
    },
  } as unknown as AnswerServices;
  const row = {
    owner: LOCAL_OWNER,
    taskUUID: TaskUUID.parse(randomUUID()),
    taskType: "imageInference",
    digest: "",
    request: {},
    delivery: DELIVERY,
    runUUID: newRunUUID(),
  };
  return answerOf(services, row, {
    step: "result1",
    status: "succeeded",
    output: {
      image: ArtifactUUID.parse(randomUUID()),
      width: 8,
      height: 8,
      quality: { regions: [], pixelsChangedOutside: 0, pixelsChangedInside: 0 },
      ...output,
    },
    error: null,
    warnings: [],
    cost: null,
    endedAt: new Date(),
    upload: null,
  });
}

describe("the answer of a result", () => {
  it("is the result also where the database was away while it was put together", async () => {
    expect(await answerAfter(1)).toMatchObject({ item: { imageBase64Data: "AQID", seed: 7, cost: 0 } });
  });

  it("is an error where it cannot be put together at all", async () => {
    expect(await answerAfter(1, {}, "EIO")).toMatchObject({ error: { code: "internalServerError" } });
  });

  it("says whether it is safe for work where somebody looked, and nothing where nobody did", async () => {
    for (const NSFWContent of [true, false])
      expect(await answerAfter(0, { NSFWContent })).toMatchObject({ item: { NSFWContent } });
    const silent = await answerAfter(0);
    expect("item" in silent ? Object.keys(silent.item) : []).not.toContain("NSFWContent");
  });
});
