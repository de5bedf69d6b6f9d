import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArtifactUUID } from "../../../src/contracts/ids.ts";
import {
  isGoodLink,
  type LinkedPicture,
  LinkQuery,
  makeLink,
  PictureFile,
  readLink,
  signLink,
} from "../../../src/runs/pictures/picture-links.ts";

const SECRET = Buffer.alloc(32, 7);
const BASE = "https://masks.example";
const pictures: fc.Arbitrary<LinkedPicture> = fc.record({
  uuid: fc.uuid({ version: 4 }).map((uuid) => ArtifactUUID.parse(uuid)),
  format: fc.constantFrom("png", "jpg", "webp"),
  quality: fc.integer({ min: 1, max: 100 }),
});
const seconds = fc.integer({ min: 1, max: 4_000_000_000 });

/** What the server reads of a link. */
function read(link: string): { picture: LinkedPicture; expires: number; signature: string } {
  const url = new URL(link);
  const file = PictureFile.parse(url.pathname.split("/").at(-1));
  const query = LinkQuery.parse(Object.fromEntries(url.searchParams));
  const { quality = 95, expires = 0, signature = "" } = query;
  return { picture: { ...file, quality }, expires, signature };
}

describe("a link", () => {
  it("holds until it expires, and not a second longer", () => {
    fc.assert(
      fc.property(pictures, seconds, (made, expires) => {
        const signature = signLink(SECRET, made, expires);
        const { picture, ...signed } = read(makeLink(BASE, made, { expires, signature }));
        expect(isGoodLink(SECRET, picture, signed, expires * 1000 - 1)).toBe(true);
        expect(isGoodLink(SECRET, picture, signed, expires * 1000)).toBe(false);
      }),
    );
  });

  it("is good for one picture in one form until one moment only, and with one secret", () => {
    fc.assert(
      fc.property(pictures, pictures, seconds, (made, other, expires) => {
        const signature = signLink(SECRET, made, expires);
        const isGood = (picture: LinkedPicture, until = expires, secret = SECRET) =>
          isGoodLink(secret, picture, { expires: until, signature }, 0);
        expect(isGood({ ...made, uuid: other.uuid })).toBe(made.uuid === other.uuid);
        expect(isGood(made, expires + 1)).toBe(false);
        expect(isGood(made, expires, Buffer.alloc(32, 8))).toBe(false);
        if (other.format !== made.format) expect(isGood({ ...made, format: other.format })).toBe(false);
        if (other.quality !== made.quality && made.format !== "png") {
          expect(isGood({ ...made, quality: other.quality })).toBe(false);
        }
      }),
    );
  });

  it("is no good with any other signature, of whatever length", () => {
    fc.assert(
      fc.property(pictures, seconds, fc.string({ maxLength: 60 }), (made, expires, signature) => {
        expect(isGoodLink(SECRET, made, { expires, signature }, 0)).toBe(false);
      }),
    );
  });

  it("ends in the extension where it is not signed, and says its UUID to whoever reads it", () => {
    const uuid = ArtifactUUID.parse("0f8fad5b-d9cb-469f-a165-70867728950e");
    const link = makeLink("http://127.0.0.1:8787/", { uuid, format: "jpg", quality: 95 }, null);
    expect(link).toBe(`http://127.0.0.1:8787/v1/images/${uuid}.jpg`);
    expect(readLink(new URL(link))).toBe(uuid);
    for (const path of [
      `/v1/images/${uuid}`,
      `/v1/images/${uuid}.gif`,
      `/v1/images/../${uuid}.jpg`,
      "/v1/images/a.jpg",
    ])
      expect(readLink(new URL(path, link)), path).toBeNull();
  });
});
