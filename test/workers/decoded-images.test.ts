import { readFileSync } from "node:fs";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { type ArtifactUUID, Digest, newArtifactUUID, OwnerUUID } from "../../src/contracts/ids.ts";
import { MaskloomError } from "../../src/errors.ts";
import { DEFAULT_LIMITS } from "../../src/image/limits.ts";
import type { Size } from "../../src/image/raster.ts";
import type { LoadedArtifact } from "../../src/runs/artifact-library.ts";
import { createDecodedImages, leaveWhenAborted } from "../../workers/decoded-images.ts";
import { errorOf } from "../onnx/run-model.ts";

const ASTRONAUT = readFileSync(new URL("../../examples/photos/astronaut.jpg", import.meta.url));
const owner = OwnerUUID.parse("00000000-0000-4000-8000-000000000000");

/** Artifacts in memory; every decoding begins with one load of the bytes. */
function shelf(contents: ReadonlyMap<ArtifactUUID, Buffer>, size: Size = { width: 512, height: 512 }) {
  let loads = 0;
  const find = async (_: OwnerUUID, uuid: ArtifactUUID): Promise<LoadedArtifact> => {
    const content = contents.get(uuid);
    if (content === undefined) throw new MaskloomError("NOT_FOUND", `artifact ${uuid}`);
    const digest = Digest.parse(String(content.length).padStart(64, "0"));
    return { uuid, digest, content, ...size, mediaType: "image/jpeg" } as LoadedArtifact;
  };
  const load = (by: OwnerUUID, uuid: ArtifactUUID) => {
    loads += 1;
    return find(by, uuid);
  };
  return { artifacts: { find, load }, loads: () => loads };
}

describe("decoded images", () => {
  it("are decoded once for two steps that want the same picture at the same time", async () => {
    const uuid = newArtifactUUID();
    const { artifacts, loads } = shelf(new Map([[uuid, ASTRONAUT]]));
    const images = createDecodedImages(artifacts, DEFAULT_LIMITS);
    const [first, second] = await Promise.all([images.load(owner, uuid), images.load(owner, uuid)]);
    expect(first.image === second.image).toBe(true);
    expect((await images.load(owner, uuid)).image === first.image).toBe(true);
    expect(loads()).toBe(1);
  });

  it("are decoded once under two names for the same content", async () => {
    const names = [newArtifactUUID(), newArtifactUUID()] as const;
    const { artifacts, loads } = shelf(new Map(names.map((name) => [name, ASTRONAUT])));
    const images = createDecodedImages(artifacts, DEFAULT_LIMITS);
    await Promise.all(names.map((name) => images.load(owner, name)));
    expect(loads()).toBe(1);
  });

  it("are decoded again where nobody was to want them again", async () => {
    const uuid = newArtifactUUID();
    const { artifacts, loads } = shelf(new Map([[uuid, ASTRONAUT]]));
    const images = createDecodedImages(artifacts, DEFAULT_LIMITS);
    await images.unkept.load(owner, uuid);
    const [one, other] = await Promise.all([
      images.unkept.load(owner, uuid),
      images.unkept.load(owner, uuid),
    ]);
    expect(loads()).toBe(2);
    expect(one === other).toBe(true);
    await images.load(owner, uuid);
    await images.unkept.load(owner, uuid);
    expect(loads()).toBe(3);
  });

  it("are kept in as much memory as is said, what their files bring beside the pixels included", async () => {
    const small = await sharp({ create: { width: 8, height: 8, channels: 3, background: "red" } })
      .png()
      .toBuffer();
    const tail = 12 * 2 ** 20;
    const files = Array.from({ length: 9 }, (_, at) => Buffer.concat([small, Buffer.alloc(tail + at)]));
    const pictures = new Map(files.map((file) => [newArtifactUUID(), file]));
    const { artifacts, loads } = shelf(pictures);
    const images = createDecodedImages(artifacts, DEFAULT_LIMITS);
    for (const uuid of pictures.keys()) await images.load(owner, uuid);
    const [first, last] = [[...pictures.keys()][0], [...pictures.keys()][8]];
    if (first === undefined || last === undefined) throw new Error("no pictures");
    await images.load(owner, last);
    expect(loads()).toBe(9);
    await images.load(owner, first);
    expect(loads()).toBe(10);
  });

  it("are not waited for by whoever is told to stop", async () => {
    const endless = () => new Promise<never>(() => undefined);
    const leaving = new AbortController();
    const images = createDecodedImages({ find: endless, load: endless }, DEFAULT_LIMITS);
    const left = leaveWhenAborted(images, leaving.signal);
    const uuid = newArtifactUUID();
    const waiting = [
      left.load(owner, uuid),
      left.look(owner, uuid),
      left.loadMask(owner, uuid, { width: 1, height: 1 }),
    ];
    leaving.abort("cancelled");
    for (const one of waiting) await expect(one).rejects.toBe("cancelled");
  });

  it("are made ready for detectors once: 8-bit RGB where every thread sees it", async () => {
    const grey = await sharp(ASTRONAUT).greyscale().png().toBuffer();
    const names = [newArtifactUUID(), newArtifactUUID()] as const;
    const { artifacts } = shelf(
      new Map([
        [names[0], ASTRONAUT],
        [names[1], grey],
      ]),
    );
    const images = createDecodedImages(artifacts, DEFAULT_LIMITS);
    const colours = await images.load(owner, names[0]);
    expect(Buffer.compare(colours.rgb().data, colours.image.data as Uint8Array)).toBe(0);
    expect(colours.rgb().data.buffer).toBeInstanceOf(SharedArrayBuffer);
    const brightness = await images.load(owner, names[1]);
    expect(brightness.rgb().data).toHaveLength(512 * 512 * 3);
    expect(brightness.rgb() === (await images.load(owner, names[1])).rgb()).toBe(true);
  });

  it("are looked at as they are, from the same pixels", async () => {
    const uuid = newArtifactUUID();
    const { artifacts, loads } = shelf(new Map([[uuid, ASTRONAUT]]));
    const images = createDecodedImages(artifacts, DEFAULT_LIMITS);
    const { size, pixels, original } = await images.look(owner, uuid);
    expect(size).toEqual({ width: 512, height: 512 });
    const picture = await images.load(owner, uuid);
    expect(picture.rgb() === pixels && picture.image === original).toBe(true);
    expect(loads()).toBe(1);
  });

  it("that are huge are looked at made smaller, once for all that look at the same time", async () => {
    const uuid = newArtifactUUID();
    const size = { width: 9000, height: 4000 };
    const huge = await sharp({ create: { ...size, channels: 3, background: "#7a7468" } })
      .jpeg()
      .toBuffer();
    const { artifacts, loads } = shelf(new Map([[uuid, huge]]), size);
    const images = createDecodedImages(artifacts, DEFAULT_LIMITS);
    const [one, other] = await Promise.all([images.look(owner, uuid), images.unkept.look(owner, uuid)]);
    expect(one === other).toBe(true);
    expect(loads()).toBe(1);
    expect(one.size).toEqual(size);
    expect([one.pixels.width, one.pixels.height]).toEqual([4500, 2000]);
    // Also while the whole of it is in memory: what is found does not depend on who else wants it.
    const [, again] = await Promise.all([images.load(owner, uuid), images.look(owner, uuid)]);
    expect(again.pixels.width).toBe(4500);
  });

  it("are tried again after a failure", async () => {
    const uuid = newArtifactUUID();
    const contents = new Map([[uuid, Buffer.from("no picture")]]);
    const images = createDecodedImages(shelf(contents).artifacts, DEFAULT_LIMITS);
    expect(await errorOf(() => images.load(owner, uuid))).toMatchObject({ code: "IMAGE_UNREADABLE" });
    contents.set(uuid, ASTRONAUT);
    expect((await images.load(owner, uuid)).info).toMatchObject({ width: 512, height: 512 });
  });
});
