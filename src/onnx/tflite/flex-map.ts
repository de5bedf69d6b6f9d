/** A number, or a list of numbers: all that the options of the operators we know consist of. */
type FlexValue = number | readonly number[];

/* Types of the FlexBuffers format, by their public numbers. */
const INT = 1;
const UINT = 2;
const FLOAT = 3;
/** INDIRECT_INT, _UINT and _FLOAT follow: an offset to the number. */
const INDIRECT_INT = 6;
const MAP = 9;
const VECTOR = 10;
/** VECTOR_INT, _UINT and _FLOAT follow: elements of one type, whose types are not written. */
const VECTOR_INT = 11;
/** Vectors of two, three and four INT, UINT or FLOAT follow, whose lengths are not written either. */
const VECTOR_INT2 = 16;
const VECTOR_FLOAT4 = 24;

/** A value in place: its type, and the bytes it takes or, for what lies elsewhere, the bytes of its offset. */
interface Place {
  readonly at: number;
  readonly width: number;
  /** The type, and in the low two bits the width of what an offset leads to. */
  readonly packedType: number;
}

/**
 * The numbers of a FlexBuffers map, as custom operators carry them: https://flatbuffers.dev/internals (FlexBuffers).
 * Values of other types are left out. Null for bytes that are no such map; nothing outside the bytes is ever read.
 */
export function readFlexMap(bytes: Uint8Array): ReadonlyMap<string, FlexValue> | null {
  try {
    return new FlexReader(bytes).rootMap();
  } catch (error) {
    // What a view throws for a place outside of it.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

class FlexReader {
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  rootMap(): ReadonlyMap<string, FlexValue> {
    const end = this.#view.byteLength;
    const width = this.#view.getUint8(end - 1);
    const root: Place = { at: end - 2 - width, width, packedType: this.#view.getUint8(end - 2) };
    if (root.packedType >> 2 !== MAP) throw new RangeError("no map");
    const { start, width: valueWidth, length } = this.#vector(root);
    // In front of a map's values: its keys' offset, its keys' width, its length.
    const keys = this.#follow(start - 3 * valueWidth, valueWidth);
    const keyWidth = this.#unsigned(start - 2 * valueWidth, valueWidth);
    const entries = new Map<string, FlexValue>();
    for (let index = 0; index < length; index++) {
      const value = this.#value({
        at: start + index * valueWidth,
        width: valueWidth,
        packedType: this.#view.getUint8(start + length * valueWidth + index),
      });
      if (value !== null) entries.set(this.#key(this.#follow(keys + index * keyWidth, keyWidth)), value);
    }
    return entries;
  }

  #value(place: Place): FlexValue | null {
    const type = place.packedType >> 2;
    if (type >= INDIRECT_INT && type < INDIRECT_INT + 3) {
      return this.#number(
        this.#follow(place.at, place.width),
        1 << (place.packedType & 3),
        type - INDIRECT_INT + INT,
      );
    }
    if (type >= VECTOR_INT2 && type <= VECTOR_FLOAT4) {
      const [size, element] = [Math.floor((type - VECTOR_INT2) / 3) + 2, ((type - VECTOR_INT2) % 3) + INT];
      return this.#list(this.#follow(place.at, place.width), 1 << (place.packedType & 3), size, element);
    }
    if (type < VECTOR || type >= VECTOR_INT + 3) return this.#number(place.at, place.width, type);
    const { start, width, length } = this.#vector(place);
    return this.#list(start, width, length, type === VECTOR ? null : type - VECTOR_INT + INT);
  }

  /** Numbers in a row; where they are of no one type, their types follow. */
  #list(start: number, width: number, length: number, type: number | null): readonly number[] | null {
    const numbers: number[] = [];
    for (let index = 0; index < length; index++) {
      const elementType = type ?? this.#view.getUint8(start + length * width + index) >> 2;
      const number = this.#number(start + index * width, width, elementType);
      if (number === null) return null;
      numbers.push(number);
    }
    return numbers;
  }

  #number(at: number, width: number, type: number): number | null {
    if (type === INT) return this.#signed(at, width);
    if (type === UINT) return this.#unsigned(at, width);
    if (type !== FLOAT) return null;
    return width === 8 ? this.#view.getFloat64(at, true) : this.#view.getFloat32(at, true);
  }

  #vector(place: Place): { start: number; width: number; length: number } {
    const start = this.#follow(place.at, place.width);
    const width = 1 << (place.packedType & 3);
    const length = this.#unsigned(start - width, width);
    // Before anything is made for that many elements.
    if (start + length * width > this.#view.byteLength) throw new RangeError("a vector leaves the bytes");
    return { start, width, length };
  }

  /** Offsets count backwards. */
  #follow(at: number, width: number): number {
    return at - this.#unsigned(at, width);
  }

  #key(at: number): string {
    let text = "";
    for (let place = at; this.#view.getUint8(place) !== 0; place++) {
      text += String.fromCharCode(this.#view.getUint8(place));
    }
    return text;
  }

  #unsigned(at: number, width: number): number {
    if (width === 1) return this.#view.getUint8(at);
    if (width === 2) return this.#view.getUint16(at, true);
    if (width === 4) return this.#view.getUint32(at, true);
    return Number(this.#view.getBigUint64(at, true));
  }

  #signed(at: number, width: number): number {
    if (width === 1) return this.#view.getInt8(at);
    if (width === 2) return this.#view.getInt16(at, true);
    if (width === 4) return this.#view.getInt32(at, true);
    return Number(this.#view.getBigInt64(at, true));
  }
}
