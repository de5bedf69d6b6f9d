/** Makes the error of whoever reads; `position` is a byte of the pickle. */
export type PickleFailure = (fact: string, position: number) => Error;

/** Reads a pickle's operands. Every length is held against what is left before anything is taken or made. */
export class PickleBytes {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #failure: PickleFailure;
  #position = 0;

  constructor(bytes: Uint8Array, failure: PickleFailure) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#failure = failure;
  }

  get position(): number {
    return this.#position;
  }

  get left(): number {
    return this.#bytes.length - this.#position;
  }

  fail(fact: string): never {
    throw this.#failure(fact, this.#position);
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  /** A length of 8 bytes; one that no file could have is refused by whoever takes that many bytes. */
  uint64(): number {
    return Number(this.#view.getBigUint64(this.#advance(8), true));
  }

  /** The one big-endian operand of the format. */
  float64(): number {
    return this.#view.getFloat64(this.#advance(8), false);
  }

  take(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  text(length: number): string {
    return new TextDecoder().decode(this.take(length));
  }

  /** Text up to the next line feed, which is left out. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#position);
    if (end < 0) this.fail("a name has no end");
    const text = this.text(end - this.#position);
    this.#position = end + 1;
    return text;
  }

  /** A two's complement integer of any length; a number where it is one exactly. */
  integer(length: number): number | bigint {
    let value = 0n;
    for (const byte of this.take(length).toReversed()) value = (value << 8n) | BigInt(byte);
    const signed = BigInt.asIntN(8 * length, value);
    const rounded = Number(signed);
    return Number.isSafeInteger(rounded) ? rounded : signed;
  }

  #advance(length: number): number {
    const start = this.#position;
    if (length > this.left) this.fail(`${length} bytes are announced, and ${this.left} are left`);
    this.#position = start + length;
    return start;
  }
}
