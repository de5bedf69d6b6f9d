import { expect, it } from "vitest";
import { ArtifactUUID, OwnerUUID } from "../../../src/contracts/ids.ts";
import { packagedModels } from "../../../src/detection/weights/model-library.ts";
import { type BatchWish, prepareBatch } from "../../../src/runs/batches/prepare-batch.ts";

const workflow = {
  maskloom: 1,
  name: "made-to-measure",
  inputs: { image: { type: "image" }, side: { type: "integer", min: 8, default: 8 } },
  steps: [
    {
      id: "fit",
      task: "resize",
      image: "${inputs.image}",
      width: "${inputs.side}",
      height: "${inputs.side}",
    },
  ],
  output: "${steps.fit.image}",
};
const image = ArtifactUUID.parse("00000000-0000-4000-8000-000000000001");
const TABLE =
  "url,file,side\nhttps://there.test/1,b.jpg,16\nhttps://there.test/2,a.jpg,32\nhttps://there.test/3,,64\n";

/** Each picture with its side, and lines of the table that are about none. */
async function sidesOf(wish: Pick<BatchWish, "source">) {
  const services = { store: {}, folders: {}, models: packagedModels } as unknown as Parameters<
    typeof prepareBatch
  >[0];
  const given = { workflow, inputs: {}, table: TABLE, ...wish };
  const { listed } = await prepareBatch(services, { owner: OwnerUUID.parse(image) }, given, true);
  return {
    sides: listed?.items.map(({ file, inputs }) => [file, inputs?.["side"]]),
    lines: listed?.unmatched.map(({ line }) => line),
  };
}

it("a table that says where pictures are gives them its rows in their order", async () => {
  expect(await sidesOf({ source: null })).toEqual({
    sides: [
      ["b.jpg", 16],
      ["a.jpg", 32],
      ["3", 64],
    ],
    lines: [],
  });
});

it("such a table beside pictures of another source is about them by name, not by order", async () => {
  const pictures = ["a.jpg", "b.jpg", "c.jpg"].map((file) => ({ image, file }));
  expect(await sidesOf({ source: { pictures } })).toEqual({
    sides: [
      ["a.jpg", 32],
      ["b.jpg", 16],
      ["c.jpg", undefined],
    ],
    lines: [4],
  });
});
