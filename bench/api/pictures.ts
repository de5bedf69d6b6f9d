import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { PACKAGE_ROOT } from "../../src/package-root.ts";

/** A 512×512 JPEG of a face, each time another file: with a comment that nobody has seen, so that nothing is cached. */
export async function picturesOfAFace(count: number): Promise<Buffer[]> {
  const jpeg = await readFile(path.join(PACKAGE_ROOT, "examples/photos/astronaut.jpg"));
  return Array.from({ length: count }, () => {
    const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0x00, 0x22]), randomBytes(32)]);
    return Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]);
  });
}
