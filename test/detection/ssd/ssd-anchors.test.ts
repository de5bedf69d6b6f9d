import { expect, it } from "vitest";
import { detectorManifests } from "../../../models/registry.ts";
import { ssdAnchors } from "../../../src/detection/ssd/ssd-anchors.ts";

const ssd = detectorManifests.flatMap(({ id, pipeline }) =>
  pipeline.kind === "ssd" ? [{ id, decoder: pipeline.decoder, input: pipeline.network.input }] : [],
);

it.each(ssd)("places as many anchors as $id has", ({ decoder, input }) => {
  const anchors = ssdAnchors(decoder, input);
  expect(anchors.length).toBe(2 * decoder.anchors);
  expect(anchors.every((centre) => centre > 0 && centre < 1)).toBe(true);
});

it("merges layers of equal stride into one grid", () => {
  const decoder = {
    kind: "ssd",
    strides: [8, 16, 16],
    anchorsPerCell: 1,
    anchors: 6,
    keypoints: 0,
    threshold: 0.5,
  } as const;
  const anchors = ssdAnchors({ ...decoder, strides: [...decoder.strides] }, { width: 16, height: 16 });
  expect([...anchors]).toEqual([0.25, 0.25, 0.75, 0.25, 0.25, 0.75, 0.75, 0.75, 0.5, 0.5, 0.5, 0.5]);
});
