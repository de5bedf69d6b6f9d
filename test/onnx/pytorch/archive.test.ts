import { crc32 } from "node:zlib";
import fc from "fast-check";
import { expect, it } from "vitest";
import { readArchive } from "../../../src/onnx/pytorch/archive.ts";
import { type ZipEntry, zipFile } from "./zip-file.ts";

const text = (value: string): Uint8Array => Buffer.from(value);
const entry = (name: string, changes: Partial<ZipEntry> = {}): ZipEntry => ({
  name,
  data: text(`contents of ${name}`),
  ...changes,
});

/** One entry of 400 bytes, and others that say they are the same; only the first is written in full. */
const shared = new Uint8Array(400);
const sharedEntry = (index: number): ZipEntry =>
  index === 0
    ? entry("0", { data: shared })
    : entry(String(index), {
        data: new Uint8Array(),
        declared: shared.length,
        crc: crc32(shared),
        offset: 0,
      });

it("reads stored and deflated entries, whatever they hold", async () => {
  const contents = fc.record({ data: fc.uint8Array({ maxLength: 300 }), deflate: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(contents, { maxLength: 6 }), async (files) => {
      const entries = files.map((file, index) => ({ name: `model/data/${index}`, ...file }));
      // What grows beyond eightfold is taken for a bomb; this keeps short files of zeros out of it.
      const ballast = entry("ballast", { data: new Uint8Array(300) });
      const archive = await readArchive(zipFile([...entries, ballast]));
      expect([...archive].slice(0, -1).map(([name, data]) => ({ name, data: [...data] }))).toEqual(
        entries.map(({ name, data }) => ({ name, data: [...data] })),
      );
    }),
    { numRuns: 40 },
  );
});

it.each<[string, Uint8Array, RegExp]>([
  ["a file that is no archive", text("not a zip"), /not a zip file/],
  ["an entry with another checksum", zipFile([entry("a", { crc: 1 })]), /entry a is damaged/],
  ["an entry that is there twice", zipFile([entry("a"), entry("a")]), /entry a is there twice/],
  ["a name that leads outside", zipFile([entry("model/../../a")]), /invalid relative path/],
  ["an absolute name", zipFile([entry("/etc/passwd")]), /absolute path/],
  ["the absolute name of another system", zipFile([entry("C:\\windows")]), /invalid characters/],
  ["a drive", zipFile([entry("C:windows")]), /absolute path/],
  [
    "entries that share their bytes",
    zipFile(Array.from({ length: 40 }, (_, index) => sharedEntry(index))),
    /entries overlap/,
  ],
  ["a start beyond the file", zipFile([entry("a", { offset: 1_000_000 })]), /unexpected EOF/],
  ["a start in the middle of nowhere", zipFile([entry("a", { offset: 5 })]), /invalid local file header/],
  ["a size that is not the stored one", zipFile([entry("a", { size: 3 })]), /size mismatch/],
  [
    "a bomb",
    zipFile([entry("a", { data: new Uint8Array(1_000_000), deflate: true })]),
    /would unpack to more than 8 times/,
  ],
  [
    "a bomb that understates its size",
    zipFile([entry("a", { data: new Uint8Array(1_000_000), deflate: true, size: 10 })]),
    /does not unpack to the size it declares/,
  ],
  [
    "an entry that overstates its size",
    zipFile([entry("a", { deflate: true, size: 30 })]),
    /has 13 bytes, and declares 30/,
  ],
  ["an encrypted entry", zipFile([entry("a", { flags: 1, size: 1 })]), /encrypted|size mismatch/],
  ["an unknown way of packing", zipFile([entry("a", { method: 99 })]), /packed in an unknown way \(99\)/],
  ["broken packing", zipFile([entry("a", { method: 8 })]), /does not unpack/],
  ["more entries announced than there are", zipFile([entry("a")], { count: 7 }), /signature|EOF/],
])("refuses %s", async (_, bytes, message) => {
  await expect(readArchive(bytes)).rejects.toThrow(message);
});

it("refuses an archive that is cut off, wherever", async () => {
  const whole = zipFile([entry("model/data.pkl"), entry("model/data/0", { data: new Uint8Array(64) })]);
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: whole.length - 1 }), async (length) => {
      await expect(readArchive(whole.subarray(0, length))).rejects.toThrow();
    }),
    { numRuns: 60 },
  );
});

it("refuses more entries than any model has", async () => {
  const entries = Array.from({ length: 20_001 }, (_, index) => ({
    name: `${index}`,
    data: new Uint8Array(),
  }));
  await expect(readArchive(zipFile(entries))).rejects.toThrow(/more than 20000 entries/);
});
