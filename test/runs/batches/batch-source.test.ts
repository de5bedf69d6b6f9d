import { expect, it } from "vitest";
import { ArtifactUUID } from "../../../src/contracts/ids.ts";
import { itemsOf } from "../../../src/runs/batches/batch-source.ts";

const [typed, fromMac] = ["caf\u00e9.jpg", "cafe\u0301.jpg"];

it("refuses a name that is given twice, in whatever code points", () => {
  const urls = [typed, fromMac].map((file, at) => ({ url: `https://there/${at}`, file }));
  expect(() => itemsOf({ urls })).toThrow(`pictures: expected each name once, got ${fromMac} twice`);
});

it("gives the second of two uploads with one name another, in whatever code points", () => {
  const image = ArtifactUUID.parse("00000000-0000-4000-8000-000000000001");
  const pictures = [typed, fromMac].map((file) => ({ image, file }));
  expect(itemsOf({ pictures }).map(({ file }) => file)).toEqual([typed, "cafe\u0301 (2).jpg"]);
});
