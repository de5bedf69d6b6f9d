import { crc32, deflateRawSync } from "node:zlib";

/** One entry; what is given besides the contents is written as it is, be it true or not. */
export interface ZipEntry {
  readonly name: string;
  readonly data: Uint8Array;
  readonly deflate?: boolean;
  readonly crc?: number;
  /** Declared length before packing. */
  readonly size?: number;
  /** Declared length as it lies in the file; declares `size` too. */
  readonly declared?: number;
  /** Where the directory says that the entry starts. */
  readonly offset?: number;
  readonly flags?: number;
  readonly method?: number;
}

/** A zip archive; PyTorch's own look the same but for the padding between entries. */
export function zipFile(entries: readonly ZipEntry[], options: { readonly count?: number } = {}): Uint8Array {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let position = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const packed = entry.deflate ? deflateRawSync(entry.data) : entry.data;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(entry.flags ?? 0x800, 2);
    common.writeUInt16LE(entry.method ?? (entry.deflate ? 8 : 0), 4);
    common.writeUInt32LE(entry.crc ?? crc32(entry.data), 10);
    common.writeUInt32LE(entry.declared ?? packed.length, 14);
    common.writeUInt32LE(entry.size ?? entry.declared ?? entry.data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const file = Buffer.concat([Buffer.from("PK\x03\x04"), common, name, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(entry.offset ?? position, 10);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\0"), common, tail, name]));
    files.push(file);
    position += file.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(Math.min(0xffff, options.count ?? entries.length), 8);
  end.writeUInt16LE(Math.min(0xffff, options.count ?? entries.length), 10);
  end.writeUInt32LE(index.length, 12);
  end.writeUInt32LE(position, 16);
  return Buffer.concat([...files, index, end]);
}
