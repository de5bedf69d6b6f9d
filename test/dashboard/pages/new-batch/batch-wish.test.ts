import { describe, expect, it } from "vitest";
import { listsPictures, wishOf } from "../../../../dashboard/src/pages/new-batch/batch-wish.ts";
import {
  changeSearch,
  readNewBatchSearch,
} from "../../../../dashboard/src/pages/new-batch/new-batch-search.ts";
import type { UploadItem } from "../../../../dashboard/src/pages/new-batch/upload-store.ts";
import { StartBatch } from "../../../../src/contracts/actions.ts";
import { newArtifactUUID } from "../../../../src/contracts/ids.ts";

const item = (name: string, state: UploadItem["state"]): UploadItem => ({
  name,
  file: new File([], name),
  state,
});
const blank = {
  search: {},
  workflow: "face-detail",
  values: {},
  uploads: [],
  urls: "",
  table: null,
  masks: {},
};
const wished = (plan: Partial<Parameters<typeof wishOf>[0]>) => {
  const found = wishOf({ ...blank, ...plan });
  return "wish" in found ? found.wish : found.lacks;
};

describe("what a page that is filled in stands for", () => {
  it("is a request that the server takes, of each kind", () => {
    const image = newArtifactUUID();
    const uploads = [
      item("folder/a.png", { kind: "stored", image }),
      item("bad.png", { kind: "failed", message: "no picture", isPassing: false }),
    ];
    const wishes = [
      wished({ uploads, masks: { mask: [{ image, file: "folder/a.png" }], other: "/srv/masks" } }),
      wished({ uploads, values: { strength: 0.3 }, search: { sample: 5 } }),
      wished({ search: { source: "folder", path: "/srv/photos", flat: true } }),
      wished({ search: { source: "urls" }, urls: " https://a.example/1.jpg\nhttp://b.example/2.png " }),
      wished({ table: { name: "list.csv", text: "url;strength\nhttps://a.example/1.jpg;0.2" } }),
    ];
    expect(wishes).toMatchObject([
      { masks: { mask: [{ image, file: "folder/a.png" }], other: "/srv/masks" } },
      { pictures: [{ image, file: "folder/a.png" }], inputs: { strength: 0.3 }, sample: 5 },
      { folder: "/srv/photos", recursive: false },
      { urls: ["https://a.example/1.jpg", "http://b.example/2.png"] },
      { table: expect.any(String) },
    ]);
    for (const wish of wishes) expect(StartBatch.safeParse(wish).success).toBe(true);
  });

  it.each([
    ["nothing chosen", {}, "Choose pictures, or drop a folder."],
    ["no folder", { search: { source: "folder" as const } }, "Choose a folder."],
    [
      "pictures on their way",
      { uploads: [item("a.png", { kind: "sending", share: 0.5 })] },
      "1 of 1 pictures are still on their way.",
    ],
    [
      "an address that is none",
      { search: { source: "urls" as const }, urls: "file:///a" },
      /file:\/\/\/a.*no address/,
    ],
    ["a table without addresses", { table: { name: "t.csv", text: "file,strength" } }, /Choose pictures/],
  ])("lacks something where there is %s", (_, plan, message) => {
    expect(wished(plan)).toMatch(message);
  });

  it("knows a table that lists pictures by its header alone", () => {
    expect(listsPictures('\uFEFFfile, "url" ,x\n')).toBe(true);
    expect(listsPictures("file;curl\nurl;url")).toBe(false);
  });
});

describe("the address of the page", () => {
  it("keeps what is good of it and forgets what is taken out", () => {
    const search = readNewBatchSearch({
      workflow: "face-detail",
      source: "folder",
      path: "/srv",
      sample: 2.5,
      flat: "yes",
      inputs: { strength: 0.2, take: "3", odd: {} },
    });
    expect(search).toEqual({
      workflow: "face-detail",
      source: "folder",
      path: "/srv",
      inputs: { strength: "0.2", take: "3" },
    });
    expect(changeSearch(search, { path: undefined, inputs: undefined, sample: 3 })).toEqual({
      workflow: "face-detail",
      source: "folder",
      sample: 3,
    });
  });
});
