import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { PACKAGE_ROOT } from "../../src/package-root.ts";

/** Photos that everybody has, and the shared ones where they are. */
const SOURCES = ["examples/photos", "../shared/photos", "../shared/bench/person_masks/images"];
/** Larger ones would make the benchmark one of super-resolution alone. */
const LARGEST_FILE = 400_000;

/** Fills a folder with `count` JPEGs, each another file: with a comment of its own, so that nothing is cached. */
export async function fillPhotoFolder(folder: string, count: number): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const photos = await readPhotos();
  const files: string[] = [];
  for (let number = 0; number < count; number++) {
    const jpeg = photos[number % photos.length] as Buffer;
    const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0x00, 0x22]), randomBytes(32)]);
    const file = path.join(folder, `${String(number).padStart(5, "0")}.jpg`);
    await writeFile(file, Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]));
    files.push(file);
  }
  return files;
}

async function readPhotos(): Promise<Buffer[]> {
  const photos: Buffer[] = [];
  for (const source of SOURCES) {
    const folder = path.join(PACKAGE_ROOT, source);
    if (!existsSync(folder)) continue;
    for (const name of (await readdir(folder)).sort()) {
      if (!name.endsWith(".jpg")) continue;
      const photo = await readFile(path.join(folder, name));
      if (photo.length <= LARGEST_FILE) photos.push(photo);
    }
  }
  return photos;
}
