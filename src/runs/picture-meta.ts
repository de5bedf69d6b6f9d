import path from "node:path";
import type { JsonObject, JsonValue } from "../contracts/json.ts";
import type { Workflow } from "../contracts/workflow.ts";
import type { ImageInfo } from "../image/inspect-image.ts";
import { readExifFacts } from "../image/metadata/exif-facts.ts";
import { readGeneration } from "../image/metadata/generation/read-generation.ts";
import { readContainer } from "../image/metadata/read-container.ts";

/**
 * What `${inputs.<image>.meta}` holds: docs/workflow-language.md, "What the picture carries". What nothing says is absent,
 * so that `??` says what to take instead. A few kilobytes at most: prompts end after 10,000 characters, with a note.
 * @param said by a sidecar, in the place of what the file says; null takes a field away
 */
export function describePicture(
  bytes: Uint8Array,
  { format, width, height }: Pick<ImageInfo, "format" | "width" | "height">,
  name: string,
  said: JsonObject = {},
): JsonObject {
  const container = readContainer(bytes, format);
  const { size, notes, ...generation } = readGeneration(container) ?? {};
  const exif = container.exif === null ? {} : readExifFacts(container.exif);
  const meta: Record<string, JsonValue> = {
    ...generation,
    ...(size === undefined ? {} : { size: { ...size } }),
    ...(notes === undefined ? {} : { notes }),
    ...said,
    ...(Object.keys(exif).length === 0 ? {} : { exif: { ...exif } }),
    width,
    height,
    ...placeOf(name),
  };
  return Object.fromEntries(Object.entries(meta).filter(([, value]) => value !== null));
}

/** @param name relative path or file name, with `/` */
function placeOf(name: string): { name: string; folder: string } {
  const { dir, name: stem } = path.posix.parse(name);
  return { name: stem, folder: dir };
}

/**
 * What of a picture's meta is not decided by its bytes, for the identity of its run; null where the workflow cannot see
 * it, so that a picture that was moved, one whose sidecar changed, and one that is there under two names are not done
 * again for nothing. A text that only looks like a reference costs a reuse, nothing else.
 */
export function metaIdentity(workflow: Workflow, name: string, said: JsonObject = {}): JsonObject | null {
  const text = expressionsOf(workflow);
  if (!/\bmeta\b/.test(text)) return null;
  return { ...said, ...(SEES_PLACE.test(text) ? placeOf(name) : {}) };
}

/** Name or folder, or all of `meta`, in which both are; any other field of it is decided without them. */
const SEES_PLACE = /\bmeta\b(?!\s*\.\s*(?!(?:name|folder)\b)[A-Za-z])/;

function expressionsOf({ steps, defaults, output, outputs }: Workflow): string {
  return JSON.stringify([steps, defaults ?? null, output ?? null, outputs ?? null]);
}
