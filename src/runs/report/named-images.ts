import { ArtifactUUID } from "../../contracts/ids.ts";
import { isJsonObject, type JsonValue } from "../../contracts/json.ts";

/**
 * What an image or mask among a workflow's outputs is told by, besides its output's name: its place in each list, from
 * 1, and the name of its field where others beside it hold images too.
 */
export type ImagePlace = readonly string[];

/**
 * An output with every image in it, in lists and in detections too, replaced by what `replace` makes of it; undefined
 * takes its field, or its place in the list, away. What is no image stays as it is.
 */
export async function replaceImages(
  value: JsonValue,
  replace: (uuid: ArtifactUUID, place: ImagePlace) => Promise<JsonValue | undefined>,
  place: ImagePlace = [],
): Promise<JsonValue | undefined> {
  const uuid = ArtifactUUID.safeParse(value).data;
  if (uuid !== undefined) return replace(uuid, place);
  if (Array.isArray(value)) {
    const items: JsonValue[] = [];
    for (const [at, item] of value.entries()) {
      const kept = await replaceImages(item, replace, [...place, String(at + 1)]);
      if (kept !== undefined) items.push(kept);
    }
    return items;
  }
  if (!isJsonObject(value)) return value;
  const isOnly = Object.values(value).filter((one) => ArtifactUUID.safeParse(one).success).length === 1;
  const fields: [string, JsonValue][] = [];
  for (const [name, inner] of Object.entries(value)) {
    const isPlain = isOnly && ArtifactUUID.safeParse(inner).success;
    const kept = await replaceImages(inner, replace, isPlain ? place : [...place, name]);
    if (kept !== undefined) fields.push([name, kept]);
  }
  return Object.fromEntries(fields);
}
