/** Where the bytes of a picture or mask are. */
export function artifactPath(uuid: string): string {
  return `/api/artifacts/${uuid}`;
}

/** Longest sides of what the server makes small, in pixels. */
const SIZES = [96, 256, 512] as const;

/** A small one of it, whose longest side has at least so many pixels where there is one. */
export function thumbnailPath(uuid: string, pixels: number): string {
  return `${artifactPath(uuid)}/thumbnail?size=${SIZES.find((size) => size >= pixels) ?? SIZES[2]}`;
}

/** What a provider is painting looks like at the moment; each version has an address of its own. */
export function previewPath(callUUID: string, version: number): string {
  return `/api/calls/${encodeURIComponent(callUUID)}/preview?version=${version}`;
}

/** Pixels of the upright picture. */
export type PictureBox = readonly [x0: number, y0: number, x1: number, y1: number];

/** The same of a part of it. */
export function cropPath(uuid: string, box: PictureBox, pixels: number): string {
  return `${thumbnailPath(uuid, pixels)}&box=${box.map(Math.round).join(",")}`;
}
