import { readFileSync } from "node:fs";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { type ArtifactUUID, Digest, newArtifactUUID, OwnerUUID } from "../../src/contracts/ids.ts";
import { MaskloomError } from "../../src/errors.ts";
import { DEFAULT_LIMITS } from "../../src/image/limits.ts";
import type { LoadedArtifact } from "../../src/runs/artifact-library.ts";
import { createDecodedImages } from "../../workers/decoded-images.ts";
import { errorOf } from "../onnx/run-model.ts";

const ASTRONAUT = readFileSync(new URL("../../examples/photos/astronaut.jpg", import.meta.url));
const owner = OwnerUUID.parse("00000000-0000-4000-8000-000000000000");

/** Artifacts in memory; every decoding begins with one load of the bytes. */
function shelf(contents: ReadonlyMap<ArtifactUUID, Buffer>) {
  let loads = 0;
  const find = async (_: OwnerUUID, uuid: ArtifactUUID): Promise<LoadedArtifact> => {
    const content = contents.get(uuid);
    if (content === undefined) throw new MaskloomError("NOT_FOUND", `artifact ${uuid}`);
    const digest = Digest.parse(String(content.length).padStart(64, "0"));
    return { uuid, digest, content, mediaType: "image/jpeg" } as LoadedArtifact;
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

  it("are tried again after a failure", async () => {
    const uuid = newArtifactUUID();
    const contents = new Map([[uuid, Buffer.from("no picture")]]);
    const images = createDecodedImages(shelf(contents).artifacts, DEFAULT_LIMITS);
    expect(await errorOf(() => images.load(owner, uuid))).toMatchObject({ code: "IMAGE_UNREADABLE" });
    contents.set(uuid, ASTRONAUT);
    expect((await images.load(owner, uuid)).info).toMatchObject({ width: 512, height: 512 });
  });
});
