import { describe, expect, it } from "vitest";
import { newArtifactUUID } from "../../../src/contracts/ids.ts";
import type { JsonValue } from "../../../src/contracts/json.ts";
import { replaceImages } from "../../../src/runs/report/named-images.ts";

const [A, B, C] = [newArtifactUUID(), newArtifactUUID(), newArtifactUUID()];
const named = (value: JsonValue) => replaceImages(value, async (_uuid, place) => ["x", ...place].join("."));

describe("images among the outputs of a workflow", () => {
  it("are told apart by their place in a list", async () => {
    expect(await named([A, B])).toEqual(["x.1", "x.2"]);
    expect(await named([[A], [B, C]])).toEqual([["x.1.1"], ["x.2.1", "x.2.2"]]);
  });

  it("keep the data beside them, and need no name of their own where they are alone in it", async () => {
    const faces = [
      { index: 1, label: "face", score: null, maskImage: A },
      { index: 2, label: "face", score: 0.5, maskImage: B },
    ];
    expect(await named(faces)).toEqual([
      { index: 1, label: "face", score: null, maskImage: "x.1" },
      { index: 2, label: "face", score: 0.5, maskImage: "x.2" },
    ]);
    expect(await named({ before: A, after: B })).toEqual({ before: "x.before", after: "x.after" });
    expect(await named({ image: A, others: [B, C] })).toEqual({
      image: "x",
      others: ["x.others.1", "x.others.2"],
    });
  });

  it("are taken out where they are not wanted, and nothing else with them", async () => {
    expect(await replaceImages([{ index: 1, maskImage: A }, B], async () => undefined)).toEqual([
      { index: 1 },
    ]);
    expect(await replaceImages(A, async () => undefined)).toBeUndefined();
    expect(await replaceImages({ text: "a", none: null, number: 0 }, async () => undefined)).toEqual({
      text: "a",
      none: null,
      number: 0,
    });
  });
});
