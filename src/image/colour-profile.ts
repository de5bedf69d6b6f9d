/** What an RGB profile of matrix and curves says: how samples become light. */
export interface ColourProfile {
  /** For red, green and blue: the light 0–1 of each 8-bit sample. */
  readonly curves: readonly [Float64Array, Float64Array, Float64Array];
  /** XYZ (D50) of the full light of red, green and blue. */
  readonly colorants: readonly [Vector, Vector, Vector];
}

export type Vector = readonly [number, number, number];

const HEADER = 128;
const TAG = 12;

/** Reads an ICC profile (ICC.1); null where it is damaged, or one of another kind than matrix and curves. */
export function readColourProfile(icc: Uint8Array): ColourProfile | null {
  const view = new DataView(icc.buffer, icc.byteOffset, icc.byteLength);
  if (icc.length < HEADER + 4 || textAt(view, 16) !== "RGB " || textAt(view, 20) !== "XYZ ") return null;
  const tags = readTags(view);
  // Such profiles say more in tables than their matrix does.
  if (tags.has("A2B0")) return null;
  const colorants = ["rXYZ", "gXYZ", "bXYZ"].map((name) => readVector(tags.get(name)));
  const curves = ["rTRC", "gTRC", "bTRC"].map((name) => readCurve(tags.get(name)));
  const [red, green, blue] = colorants;
  const [redCurve, greenCurve, blueCurve] = curves;
  if (!red || !green || !blue || !redCurve || !greenCurve || !blueCurve) return null;
  return { colorants: [red, green, blue], curves: [redCurve, greenCurve, blueCurve] };
}

function readTags(view: DataView): Map<string, DataView> {
  const tags = new Map<string, DataView>();
  const count = view.getUint32(HEADER);
  for (let at = HEADER + 4; tags.size < count && at + TAG <= view.byteLength; at += TAG) {
    const [offset, size] = [view.getUint32(at + 4), view.getUint32(at + 8)];
    if (offset + size > view.byteLength) continue;
    tags.set(textAt(view, at), new DataView(view.buffer, view.byteOffset + offset, size));
  }
  return tags;
}

function readVector(tag: DataView | undefined): Vector | null {
  if (tag === undefined || tag.byteLength < 20 || textAt(tag, 0) !== "XYZ ") return null;
  return [fixedAt(tag, 8), fixedAt(tag, 12), fixedAt(tag, 16)];
}

function readCurve(tag: DataView | undefined): Float64Array | null {
  const toLight = tag === undefined || tag.byteLength < 12 ? null : curveOf(tag);
  if (toLight === null) return null;
  return Float64Array.from({ length: 256 }, (_, level) => toLight(level / 255));
}

type Curve = (share: number) => number;

function curveOf(tag: DataView): Curve | null {
  if (textAt(tag, 0) === "para") return parametricCurve(tag);
  if (textAt(tag, 0) !== "curv") return null;
  const count = tag.getUint32(8);
  if (tag.byteLength < 12 + 2 * count) return null;
  if (count === 0) return (share) => share;
  if (count === 1) {
    const gamma = tag.getUint16(12) / 256;
    return (share) => share ** gamma;
  }
  const at = (place: number): number => tag.getUint16(12 + 2 * Math.min(count - 1, place)) / 65_535;
  return (share) => {
    const position = share * (count - 1);
    const floor = Math.floor(position);
    return at(floor) + (at(floor + 1) - at(floor)) * (position - floor);
  };
}

/** Parameters of each of the five types, in ICC.1's order: g a b c d e f. */
const PARAMETERS = [1, 3, 4, 5, 7] as const;

function parametricCurve(tag: DataView): Curve | null {
  const type = tag.getUint16(8);
  const count = PARAMETERS[type];
  if (count === undefined || tag.byteLength < 12 + 4 * count) return null;
  const [gamma = 1, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = Array.from({ length: count }, (_, place) =>
    fixedAt(tag, 12 + 4 * place),
  );
  if (type === 0) return (share) => share ** gamma;
  // Types 1 and 2 are even below the root of the power; type 2 is lifted by c.
  if (type <= 2) return (share) => (a * share + b > 0 ? (a * share + b) ** gamma : 0) + c;
  return (share) => (share >= d ? (a * share + b) ** gamma + e : c * share + f);
}

const fixedAt = (view: DataView, at: number): number => view.getInt32(at) / 65_536;

function textAt(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((place) => view.getUint8(at + place)));
}
