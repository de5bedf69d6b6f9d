import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { decodeImage, encodeImage } from "../../../src/image/codec.ts";
import type { ImageFormat, SourceContainer } from "../../../src/image/metadata/container.ts";
import { readJpeg } from "../../../src/image/metadata/jpeg-segments.ts";
import { addProvenance, type Provenance, withoutPadding } from "../../../src/image/metadata/provenance.ts";
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

/** The same with another title, and so much padding more. */
const packetOf = (title: string, padding = 0) =>
  Buffer.from(
    foreign
      .toString("utf8")
      .replace("Grüße", title)
      .replace("\n<?xpacket end", `${" ".repeat(padding)}\n<?xpacket end`),
  );

type ProvenanceStep = Provenance["steps"][number];

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

  it("is left out where a packet cannot be read", () => {
    expect(addProvenance(Buffer.from("<x:xmpmeta/>"), provenance)).toBeNull();
    expect(addProvenance(Buffer.from(foreign.toString("utf8"), "utf16le"), provenance)).toBeNull();
  });

  it("takes the place of a packet's padding where a JPEG has no room for both", async () => {
    const padded = packetOf("a title", 65_000 - foreign.length);
    const bytes = await encodeImage(image, { format: "jpg", container: carrying(padded) });
    const stamped = read(stampProvenance(bytes, "jpg", provenance), "jpg");
    expect(stamped).toContain(provenance.workflowDigest);
    expect(stamped).toContain("a title");
  });

  /** As ISO 16684-3 says it, read without the code that wrote it. */
  const extensionOf = (bytes: Uint8Array) => {
    const parts = readJpeg(bytes).segments.flatMap(({ marker, data }) => {
      const [mark, rest] = [Buffer.from(data).toString("latin1", 0, 35), Buffer.from(data.subarray(35))];
      if (marker !== 0xe1 || mark !== "http://ns.adobe.com/xmp/extension/\0") return [];
      const [length, offset] = [rest.readUInt32BE(32), rest.readUInt32BE(36)];
      return [{ guid: rest.toString("latin1", 0, 32), length, offset, bytes: rest.subarray(40) }];
    });
    const whole = Buffer.concat(parts.map((part) => part.bytes));
    const guid = createHash("md5").update(whole).digest("hex").toUpperCase();
    let offset = 0;
    for (const part of parts) {
      expect(part).toMatchObject({ guid, length: whole.length, offset });
      offset += part.bytes.length;
    }
    return { parts: parts.length, guid, text: whole.toString("utf8") };
  };
  const mainOf = (bytes: Uint8Array) =>
    readJpeg(bytes)
      .segments.map(({ data }) => Buffer.from(data).toString("utf8"))
      .find((text) => text.startsWith("http://ns.adobe.com/xap/1.0/")) ?? "";

  it.each([65_200, 200_000])(
    "and a packet of %i bytes are both in a JPEG, ours where every program looks",
    async (size) => {
      const large = packetOf("x".repeat(size - foreign.length));
      const bytes = await encodeImage(image, { format: "jpg", container: carrying(large) });
      expect(
        Buffer.from(readContainer(bytes, "jpg").xmp ?? []).includes("x".repeat(size - foreign.length)),
      ).toBe(true);
      const once = stampProvenance(bytes, "jpg", { ...provenance, runUUID: "earlier" });
      const stamped = stampProvenance(once, "jpg", provenance);
      const { parts, guid, text } = extensionOf(stamped);
      expect(parts).toBe(Math.ceil(text.length / 65_400));
      expect(mainOf(stamped)).toContain(`xmpNote:HasExtendedXMP="${guid}"`);
      expect(mainOf(stamped)).toContain(provenance.workflowDigest);
      expect(mainOf(stamped)).not.toContain("earlier");
      expect(text).toMatch(/^<x:xmpmeta.*x{1000}.*<\/x:xmpmeta>$/s);
      expect(text).not.toContain("maskloom");
      expect((await sharp(stamped).metadata()).xmp?.toString()).toContain(provenance.workflowDigest);
      expect((await decodeImage(stamped)).image).toEqual((await decodeImage(bytes)).image);
    },
  );

  it("is whole behind a main packet where it is itself too large for a JPEG", async () => {
    const [step] = provenance.steps;
    const steps = Array.from(
      { length: 200 },
      () => ({ ...step, weights: "ef".repeat(150) }) as ProvenanceStep,
    );
    const bytes = await encodeImage(image, { format: "jpg", container: carrying(foreign) });
    const stamped = stampProvenance(bytes, "jpg", { ...provenance, steps });
    expect(extensionOf(stamped).text.match(/<maskloom:weights>/g)).toHaveLength(200);
    expect(read(stamped, "jpg")).toContain("Grüße");
    const again = read(stampProvenance(stamped, "jpg", provenance), "jpg");
    expect(again).toContain("Grüße");
    expect(again).not.toContain("weights");
  });

  /* A pattern that begins with blanks tries each of them as its first: these took minutes. */
  it("is put at once beside any number of blanks, which whoever uploads may choose", async () => {
    const blanks = packetOf("Grüße", 400_000);
    const unended = Buffer.from(blanks.toString("utf8").replace('<?xpacket end="w"?>', "x"));
    for (const packet of [blanks, unended]) {
      const png = await encodeImage(image, { format: "png", container: carrying(packet) });
      expect(read(stampProvenance(png, "png", provenance), "png")).toContain("Grüße");
      const jpg = await encodeImage(image, { format: "jpg", container: carrying(packet) });
      expect(read(stampProvenance(jpg, "jpg", provenance), "jpg")).toContain("Grüße");
    }
    expect(withoutPadding(blanks).length).toBeLessThan(foreign.length);
    expect(withoutPadding(unended)).toEqual(unended);
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
