import { crc32, inflateRawSync } from "node:zlib";
import { type Entry, fromBufferPromise, type ZipFile } from "yauzl";
import { messageOf } from "./message-of.ts";

const STORED = 0;
const DEFLATED = 8;
/** PyTorch writes one entry for each weight: the largest YOLO has some 1500. */
const MAX_ENTRIES = 20_000;
/** PyTorch stores weights as they are; who packed a file again gained a tenth, a bomb a thousandfold. */
const MAX_EXPANSION = 8;

/** Contents by name. */
export type Archive = ReadonlyMap<string, Uint8Array>;

/**
 * Reads a whole zip archive from memory. Stored entries are views of `bytes`, deflated ones are unpacked to the size they
 * declare and no further; every checksum is checked. Throws a plain Error that says what is wrong: damage, a name
 * that is absolute, leads outside or comes twice, entries that overlap, or more to unpack than a model can have.
 */
export async function readArchive(bytes: Uint8Array): Promise<Archive> {
  const zip = await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
    strictFileNames: true,
  });
  const archive = new Map<string, Uint8Array>();
  const limits = { packed: bytes.length, unpacked: MAX_EXPANSION * bytes.length };
  for await (const entry of zip.eachEntry()) {
    if (archive.size >= MAX_ENTRIES) throw new Error(`it has more than ${MAX_ENTRIES} entries`);
    if (archive.has(entry.fileName)) throw new Error(`entry ${entry.fileName} is there twice`);
    limits.packed -= entry.compressedSize;
    limits.unpacked -= entry.uncompressedSize;
    if (limits.packed < 0) throw new Error("its entries overlap: together they are longer than the file");
    if (limits.unpacked < 0) {
      throw new Error(`it would unpack to more than ${MAX_EXPANSION} times its ${bytes.length} bytes`);
    }
    archive.set(entry.fileName, await readEntry(zip, entry, bytes));
  }
  return archive;
}

async function readEntry(zip: ZipFile, entry: Entry, bytes: Uint8Array): Promise<Uint8Array> {
  const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
  const packed = bytes.subarray(fileDataStart, fileDataStart + entry.compressedSize);
  const data = unpack(entry, packed);
  if (data.length !== entry.uncompressedSize) {
    throw new Error(
      `entry ${entry.fileName} has ${data.length} bytes, and declares ${entry.uncompressedSize}`,
    );
  }
  if (crc32(data) !== entry.crc32)
    throw new Error(`entry ${entry.fileName} is damaged: its checksum is another`);
  return data;
}

function unpack(entry: Entry, packed: Uint8Array): Uint8Array {
  if (entry.isEncrypted()) throw new Error(`entry ${entry.fileName} is encrypted`);
  if (entry.compressionMethod === STORED) return packed;
  if (entry.compressionMethod !== DEFLATED) {
    throw new Error(`entry ${entry.fileName} is packed in an unknown way (${entry.compressionMethod})`);
  }
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, entry.uncompressedSize) });
  } catch (error) {
    throw new Error(`entry ${entry.fileName} does not unpack to the size it declares: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
