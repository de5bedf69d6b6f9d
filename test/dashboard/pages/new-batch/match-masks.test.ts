import { expect, it } from "vitest";
import { matchMasks } from "../../../../dashboard/src/pages/new-batch/match-masks.ts";
import { newArtifactUUID } from "../../../../src/contracts/ids.ts";

const mask = (name: string) => ({
  name,
  file: new File([], name),
  state: { kind: "stored" as const, image: newArtifactUUID() },
});
const matched = (pictures: readonly string[], masks: readonly string[]) => {
  const items = masks.map(mask);
  const { masks: found, unmatched } = matchMasks(pictures, items);
  const nameOf = (image: string) => items.find(({ state }) => state.image === image)?.name;
  return { found: Object.fromEntries(found.map(({ image, file }) => [nameOf(image), file])), unmatched };
};

it("finds the picture of a mask by its name, with or without folders and extension", () => {
  expect(matched(["x/a.jpg", "b.webp", "c.png"], ["a.png", "b.webp.png", "c.png", "d.png"])).toEqual({
    found: { "a.png": "x/a.jpg", "b.webp.png": "b.webp", "c.png": "c.png" },
    unmatched: ["d.png"],
  });
});

it("does not choose between two pictures that are called alike", () => {
  expect(matched(["x/a.jpg", "y/a.jpg"], ["a.png", "y/a.png"])).toEqual({
    found: { "y/a.png": "y/a.jpg" },
    unmatched: ["a.png"],
  });
});

it("waits for masks that are on their way", () => {
  const waiting = { ...mask("a.png"), state: { kind: "waiting" as const } };
  expect(matchMasks(["a.jpg"], [waiting])).toEqual({ masks: [], unmatched: [] });
});
