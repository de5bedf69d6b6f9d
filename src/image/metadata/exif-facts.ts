import { asBuffer } from "./bytes.ts";
import { Tiff } from "./tiff.ts";

/* Tags of TIFF 6.0 and Exif 2.32. Where a photo was taken is not among them: what is read here goes into rows, views and
   webhooks, and a place says where somebody lives. It stays in the file, and travels on with it. */

/** What a camera says of a photo, or a program of a picture. What it does not say is absent. */
export interface ExifFacts {
  readonly make?: string;
  readonly model?: string;
  readonly lens?: string;
  readonly software?: string;
  readonly description?: string;
  readonly artist?: string;
  readonly copyright?: string;
  /** When it was taken, else when the file was changed: `2024-05-06T12:13:14`, of the camera's own clock. */
  readonly dateTime?: string;
  /** As stored, 1 to 8; `width` and `height` are those of the upright picture. */
  readonly orientation?: number;
  readonly iso?: number;
  /** Seconds. */
  readonly exposure?: number;
  readonly fNumber?: number;
  /** Millimetres. */
  readonly focalLength?: number;
  readonly focalLength35mm?: number;
}

const EXIF_DIRECTORY = 0x8769;
const TAKEN = 0x9003;
const CHANGED = 0x0132;

type Named<T> = {
  readonly [K in keyof ExifFacts as ExifFacts[K] extends T | undefined ? K : never]?: number;
};

const IMAGE_TEXTS: Named<string> = {
  make: 0x010f,
  model: 0x0110,
  software: 0x0131,
  description: 0x010e,
  artist: 0x013b,
  copyright: 0x8298,
};
const CAMERA_NUMBERS: Named<number> = {
  iso: 0x8827,
  exposure: 0x829a,
  fNumber: 0x829d,
  focalLength: 0x920a,
  focalLength35mm: 0xa405,
};

/** @param exif a TIFF structure, beginning with its byte-order mark */
export function readExifFacts(exif: Uint8Array): ExifFacts {
  const tiff = new Tiff(exif);
  const image = tiff.firstDirectory;
  const camera = tiff.number(image, EXIF_DIRECTORY);
  const ofCamera = <T>(read: (directory: number) => T | null): T | null =>
    camera === null ? null : read(camera);
  const facts: [string, string | number | null][] = [
    ...Object.entries(IMAGE_TEXTS).map(([name, tag]): [string, string | null] => [
      name,
      text(tiff, image, tag),
    ]),
    ["lens", ofCamera((directory) => text(tiff, directory, 0xa434))],
    ["dateTime", date(ofCamera((directory) => text(tiff, directory, TAKEN)) ?? text(tiff, image, CHANGED))],
    ["orientation", orientation(tiff.number(image, 0x0112))],
    ...Object.entries(CAMERA_NUMBERS).map(([name, tag]): [string, number | null] => [
      name,
      ofCamera((directory) => number(tiff, directory, tag)),
    ]),
  ];
  return Object.fromEntries(facts.filter(([, value]) => value !== null));
}

const LONGEST_TEXT = 500;

/** Longer ones are none of a camera's: ComfyUI keeps whole graphs under these tags. */
function text(tiff: Tiff, directory: number, tag: number): string | null {
  const bytes = tiff.bytes(directory, tag);
  if (bytes === null || bytes.length > LONGEST_TEXT) return null;
  const [value = ""] = asBuffer(bytes).toString("utf8").split("\0", 1);
  return value.trim() === "" ? null : value.trim();
}

/** Rounded to what cameras mean: 0.3333333432674408 is written by none of them on purpose. */
function number(tiff: Tiff, directory: number, tag: number): number | null {
  const value = tiff.number(directory, tag);
  return value === null || value === 0 ? null : Number(value.toPrecision(6));
}

const orientation = (value: number | null): number | null =>
  value !== null && value >= 1 && value <= 8 ? value : null;

function date(value: string | null): string | null {
  const [, day, time] = /^(\d{4}:\d\d:\d\d) (\d\d:\d\d:\d\d)$/.exec(value ?? "") ?? [];
  return day === undefined || time === undefined || day === "0000:00:00"
    ? null
    : `${day.replaceAll(":", "-")}T${time}`;
}
