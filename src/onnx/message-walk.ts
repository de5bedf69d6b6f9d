import { BinaryReader, type WireType } from "@bufbuild/protobuf/wire";

/** How the fields of one message are read, by their numbers; each reads exactly its field. */
type FieldReaders = Readonly<Record<number, (reader: BinaryReader, type: WireType) => void>>;

/** A file of weights has some ten thousand; a small file can have a million that say nothing. */
const MAX_FIELDS = 4_000_000;

/**
 * Reads the messages of one protobuf file, without a schema: the caller knows the numbers of the fields. What stands
 * twice is taken as protobuf's own readers take it, so that nothing is seen here that they do not see. Throws what
 * BinaryReader throws for damaged bytes, and `tooMany` where all of the file's messages have more than four million fields.
 */
export class MessageWalk {
  readonly #tooMany: (most: number) => Error;
  #left = MAX_FIELDS;

  constructor(tooMany: (most: number) => Error) {
    this.#tooMany = tooMany;
  }

  /** Walks a message once; fields without a reader are skipped. */
  fields(bytes: Uint8Array, fields: FieldReaders): void {
    const reader = new BinaryReader(bytes);
    while (reader.pos < bytes.length) {
      if (--this.#left < 0) throw this.#tooMany(MAX_FIELDS);
      const [field, type] = reader.tag();
      const read = fields[field];
      if (read === undefined) reader.skip(type, field);
      else read(reader, type);
    }
  }

  /** A message within a message: all its occurrences together, which are one; empty where there is none. */
  message(bytes: Uint8Array, field: number): Uint8Array {
    const parts = this.repeated(bytes, field);
    return parts.length > 1 ? Buffer.concat(parts) : (parts[0] ?? new Uint8Array());
  }

  /** The last occurrence of a text; empty where there is none. */
  text(bytes: Uint8Array, field: number): string {
    return new TextDecoder().decode(this.repeated(bytes, field).at(-1));
  }

  /** Every occurrence of a field of bytes. */
  repeated(bytes: Uint8Array, field: number): Uint8Array[] {
    const found: Uint8Array[] = [];
    this.fields(bytes, { [field]: (reader) => found.push(reader.bytes()) });
    return found;
  }
}
