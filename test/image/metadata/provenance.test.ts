import { readFile } from "node:fs/promises";
import path from "node:path";
import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { decodeImage, encodeImage } from "../../../src/image/codec.ts";
import type { ImageFormat, SourceContainer } from "../../../src/image/metadata/container.ts";
import { addProvenance, type Provenance } from "../../../src/image/metadata/provenance.ts";
import { readContainer } from "../../../src/image/metadata/read-container.ts";
import { stampProvenance } from "../../../src/image/metadata/replace-xmp.ts";
import { softImage } from "../rasters.ts";

const FOLDER = path.join(import.meta.dirname, "..", "..", "fixtures", "generation");
const FORMATS: readonly ImageFormat[] = ["png", "jpg", "webp"];
const image = softImage({ width: 24, height: 16 }, 3, 8);

const provenance: Provenance = {
  version: "1.2.3",
  workflow: "face-detail",
  workflowDigest: "ab".repeat(32),
  runUUID: "5b1d1c5c-0000-4000-8000-000000000001",
  steps: [
    {
      step: "faces",
      taskUUID: "5b1d1c5c-0000-4000-8000-000000000002",
      taskType: "imageMasking",
      model: "own <& model>",
      modelDigest: "cd".repeat(32),
    },
    {
      step: "detail",
      taskUUID: "5b1d1c5c-0000-4000-8000-000000000003",
      taskType: "imageInference",
      seed: 42,
    },
  ],
};

/** As another program writes it: names of its own choice, an identifier, padding. */
const foreign = Buffer.from(
  '<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF ' +
    'xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description r:about="uuid:faf5-bdd5" ' +
    'xmlns:dc="http://purl.org/dc/elements/1.1/" dc:title="Grüße"/></r:RDF></x:xmpmeta>' +
    `${" ".repeat(100)}\n<?xpacket end="w"?>`,
  "utf8",
);

const read = (bytes: Uint8Array, format: ImageFormat) =>
  Buffer.from(readContainer(bytes, format).xmp ?? []).toString("utf8");
const carrying = (xmp: Uint8Array | null): SourceContainer => ({
  format: "png",
  lossless: true,
  icc: null,
  exif: null,
  xmp,
  pngChunks: [],
  jpegDensity: null,
});

describe("provenance", () => {
  it.each(FORMATS)("is a new packet in a %s that has none, and pixels stay as they are", async (format) => {
    const bytes = await encodeImage(image, { format, lossless: true });
    const stamped = stampProvenance(bytes, format, provenance);
    expect(read(stamped, format)).toContain("<maskloom:workflow>face-detail</maskloom:workflow>");
    expect(read(stamped, format)).toContain("<maskloom:model>own &lt;&amp; model&gt;</maskloom:model>");
    expect((await sharp(stamped).metadata()).xmp?.toString()).toBe(read(stamped, format));
    expect((await decodeImage(stamped)).image).toEqual((await decodeImage(bytes)).image);
  });

  it.each(FORMATS)(
    "goes into another program's packet of a %s and moves none of its bytes",
    async (format) => {
      const bytes = await encodeImage(image, { format, container: carrying(foreign) });
      const stamped = readContainer(stampProvenance(bytes, format, provenance), format).xmp;
      const text = Buffer.from(stamped ?? []);
      const at = text.lastIndexOf("<r:Description");
      const added = text.length - foreign.length;
      expect(Buffer.concat([text.subarray(0, at), text.subarray(at + added)])).toEqual(foreign);
      expect(text.subarray(at, at + added).toString()).toMatch(
        /^<r:Description r:about="uuid:faf5-bdd5" xmlns:maskloom="[^"]+">.*<r:Seq>.*<\/r:Description>\n$/s,
      );
    },
  );

  it("takes the place of an earlier run's, and nothing else", () => {
    const first = addProvenance(foreign, { ...provenance, runUUID: "earlier" });
    expect(Buffer.from(addProvenance(first, provenance) ?? [])).toEqual(
      Buffer.from(addProvenance(foreign, provenance) ?? []),
    );
  });

  it.each([
    ["a1111.png", "png"],
    ["comfyui.png", "png"],
    ["camera.jpg", "jpg"],
    ["a1111-utf16le.jpg", "jpg"],
    ["drawthings.jpg", "jpg"],
    ["comfyui-flux.webp", "webp"],
    ["a1111.webp", "webp"],
  ] as const)("leaves all else that %s carries byte for byte", async (file, format) => {
    const bytes = await readFile(path.join(FOLDER, file));
    const { xmp: _before, ...before } = readContainer(bytes, format);
    const { xmp, ...after } = readContainer(stampProvenance(bytes, format, provenance), format);
    expect(after).toEqual(before);
    expect(Buffer.from(xmp ?? []).includes(provenance.workflowDigest)).toBe(true);
  });

  it.each([
    ["a1111.png", "png"],
    ["a1111-utf16be.jpg", "jpg"],
    ["comfyui-flux.webp", "webp"],
  ] as const)("and repainting leave the metadata of %s as it was", async (file, format) => {
    const bytes = await readFile(path.join(FOLDER, file));
    const { image: decoded, container } = await decodeImage(bytes);
    const atRest = await encodeImage(decoded, { format: "png", container });
    const { container: kept } = await decodeImage(atRest);
    const written = stampProvenance(
      await encodeImage(decoded, { format, container: kept }),
      format,
      provenance,
    );
    const after = readContainer(written, format);
    expect(after.pngChunks).toEqual(container.pngChunks);
    expect(after.exif === null ? null : Buffer.from(after.exif)).toEqual(
      container.exif === null ? null : Buffer.from(container.exif),
    );
  });

  it("is left out where a packet cannot be read, or would not fit into a JPEG", async () => {
    expect(addProvenance(Buffer.from("<x:xmpmeta/>"), provenance)).toBeNull();
    expect(addProvenance(Buffer.from(foreign.toString("utf8"), "utf16le"), provenance)).toBeNull();
    const large = Buffer.concat([foreign, Buffer.alloc(65_000, " ")]);
    const bytes = await encodeImage(image, { format: "jpg", container: carrying(large) });
    expect(stampProvenance(bytes, "jpg", provenance)).toBe(bytes);
  });

  it("holds no character that XML has no place for", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (workflow) => {
        const packet = Buffer.from(addProvenance(null, { ...provenance, workflow }) ?? []).toString("utf8");
        expect(packet).not.toMatch(/(?![\t\n\r])\p{Cc}|[\uFFFE\uFFFF]/u);
        expect(packet.match(/<maskloom:workflow>[^<>]*<\/maskloom:workflow>/g)).toHaveLength(1);
      }),
    );
  });
});
