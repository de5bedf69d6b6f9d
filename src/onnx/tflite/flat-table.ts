import { ByteBuffer } from "flatbuffers";
import { unreadableModel } from "../unreadable-model.ts";

const SOFFSET_BYTES = 4;
const VTABLE_HEADER_BYTES = 4;

/**
 * One table of a FlatBuffer, read by field number. The flatbuffers runtime itself checks no bounds:
 * here every offset is checked against the file before it is followed, so that a broken file
 * ends in MODEL_UNREADABLE and never in a wrong number or an endless loop.
 */
export class FlatTable {
  readonly #buffer: ByteBuffer;
  readonly #position: number;
  readonly #vtable: number;
  readonly #vtableBytes: number;
  readonly #model: string;

  private constructor(buffer: ByteBuffer, position: number, model: string) {
    this.#buffer = buffer;
    this.#position = position;
    this.#model = model;
    this.#check(position, SOFFSET_BYTES);
    this.#vtable = position - buffer.readInt32(position);
    this.#check(this.#vtable, VTABLE_HEADER_BYTES);
    this.#vtableBytes = buffer.readUint16(this.#vtable);
    this.#check(this.#vtable, this.#vtableBytes);
  }

  /** The root table; `identifier` is the four letters at byte 4. */
  static root(bytes: Uint8Array, identifier: string, model: string): FlatTable {
    const found = String.fromCharCode(...bytes.subarray(4, 8));
    if (bytes.length < 8 || found !== identifier) {
      throw unreadableModel(model, `expected a file marked ${identifier} at byte 4, got ${printable(found)}`);
    }
    const buffer = new ByteBuffer(bytes);
    return new FlatTable(buffer, buffer.readUint32(0), model);
  }

  int8(field: number, absent = 0): number {
    const at = this.#field(field, 1);
    return at === 0 ? absent : this.#buffer.readInt8(at);
  }

  uint8(field: number, absent = 0): number {
    const at = this.#field(field, 1);
    return at === 0 ? absent : this.#buffer.readUint8(at);
  }

  int32(field: number, absent = 0): number {
    const at = this.#field(field, 4);
    return at === 0 ? absent : this.#buffer.readInt32(at);
  }

  uint32(field: number, absent = 0): number {
    const at = this.#field(field, 4);
    return at === 0 ? absent : this.#buffer.readUint32(at);
  }

  boolean(field: number): boolean {
    return this.uint8(field) !== 0;
  }

  text(field: number): string {
    return new TextDecoder().decode(this.bytes(field));
  }

  /** The elements of a vector of bytes, without a copy; empty where the field is absent. */
  bytes(field: number): Uint8Array {
    const { start, length } = this.#vector(field, 1);
    return this.#buffer.bytes().subarray(start, start + length);
  }

  uint16s(field: number): number[] {
    const { start, length } = this.#vector(field, 2);
    return Array.from({ length }, (_, index) => this.#buffer.readUint16(start + 2 * index));
  }

  int32s(field: number): number[] {
    const { start, length } = this.#vector(field, 4);
    return Array.from({ length }, (_, index) => this.#buffer.readInt32(start + 4 * index));
  }

  table(field: number): FlatTable | null {
    const at = this.#field(field, 4);
    return at === 0 ? null : this.#tableAt(at);
  }

  tables(field: number): FlatTable[] {
    const { start, length } = this.#vector(field, 4);
    return Array.from({ length }, (_, index) => this.#tableAt(start + 4 * index));
  }

  #tableAt(at: number): FlatTable {
    return new FlatTable(this.#buffer, at + this.#buffer.readUint32(at), this.#model);
  }

  /** Position of a field's inline data of `size` bytes, or 0 where the field is absent. */
  #field(field: number, size: number): number {
    const slot = VTABLE_HEADER_BYTES + 2 * field;
    if (slot + 2 > this.#vtableBytes) return 0;
    const offset = this.#buffer.readUint16(this.#vtable + slot);
    if (offset === 0) return 0;
    this.#check(this.#position + offset, size);
    return this.#position + offset;
  }

  #vector(field: number, elementSize: number): { start: number; length: number } {
    const at = this.#field(field, 4);
    if (at === 0) return { start: 0, length: 0 };
    const vector = at + this.#buffer.readUint32(at);
    this.#check(vector, 4);
    const length = this.#buffer.readUint32(vector);
    this.#check(vector + 4, length * elementSize);
    return { start: vector + 4, length };
  }

  #check(start: number, size: number): void {
    const total = this.#buffer.capacity();
    if (start >= 0 && start + size <= total) return;
    throw unreadableModel(
      this.#model,
      `an offset points to bytes ${start}–${start + size}, but the file has ${total} bytes; it is truncated or damaged`,
    );
  }
}

function printable(text: string): string {
  return text === "" ? "an empty file" : JSON.stringify(text);
}
