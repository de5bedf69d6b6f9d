import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { readExifFacts } from "../../../src/image/metadata/exif-facts.ts";
import { readContainer } from "../../../src/image/metadata/read-container.ts";

const FOLDER = path.join(import.meta.dirname, "..", "..", "fixtures", "generation");

async function exifOf(file: string): Promise<Uint8Array> {
  const { exif } = readContainer(
    await readFile(path.join(FOLDER, file)),
    file.endsWith("webp") ? "webp" : "jpg",
  );
  return exif ?? new Uint8Array();
}

describe("what a camera says", () => {
  it("is read as plain values, without where the photo was taken", async () => {
    expect(readExifFacts(await exifOf("camera.jpg"))).toEqual({
      make: "NIKON CORPORATION",
      model: "NIKON D750",
      lens: "85mm f/1.8",
      software: "Ver.1.10",
      dateTime: "2021-07-30T18:22:41",
      orientation: 6,
      iso: 400,
      exposure: 0.004,
      fNumber: 2.8,
      focalLength: 85,
      focalLength35mm: 85,
    });
  });

  it("is not the graph that ComfyUI keeps under the tags of a camera", async () => {
    expect(readExifFacts(await exifOf("comfyui-flux.webp"))).not.toHaveProperty("model");
  });
});
