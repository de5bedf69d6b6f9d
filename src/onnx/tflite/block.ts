import type { TfliteTensor } from "./tflite-model.ts";

/** Channels that the runtime's blocked layout keeps together, on processors with the widest vectors; 8 on others. */
export const BLOCK = 16;

export function channelsOf({ shape }: TfliteTensor): number {
  return shape.at(-1) ?? 1;
}

/** Elements of an int32 constant; none of what is no such constant. */
export function intsOf({ data, type }: TfliteTensor): number[] {
  if (data === null || type !== "int32") return [];
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Array.from({ length: data.length >> 2 }, (_, at) => view.getInt32(4 * at, true));
}
