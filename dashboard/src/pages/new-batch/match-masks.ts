import type { UploadItem } from "./upload-store.ts";

type Image = Extract<UploadItem["state"], { readonly kind: "stored" }>["image"];

export interface MatchedMasks {
  /** Each by the name of the picture that it is for. */
  readonly masks: readonly { readonly image: Image; readonly file: string }[];
  /** Names of masks that are for none of the pictures. */
  readonly unmatched: readonly string[];
}

const EXTENSION = /\.(png|jpe?g|webp)$/i;
const baseOf = (name: string) => name.slice(name.lastIndexOf("/") + 1);
const stemOf = (name: string) => name.replace(EXTENSION, "");

/**
 * Which mask is for which picture: a.png or a.jpg.png for a.jpg, with its folders or, where only one picture is called so,
 * without.
 */
export function matchMasks(pictures: readonly string[], masks: readonly UploadItem[]): MatchedMasks {
  const byKey = new Map<string, string | null>();
  const name = (key: string, picture: string) => {
    const other = byKey.get(key);
    byKey.set(key, other === undefined || other === picture ? picture : null);
  };
  for (const picture of pictures) {
    for (const key of new Set([picture, stemOf(picture), baseOf(picture), stemOf(baseOf(picture))])) {
      name(key, picture);
    }
  }
  const found = masks.flatMap(({ name: mask, state }) => {
    if (state.kind !== "stored") return [];
    const keys = [stemOf(mask), stemOf(stemOf(mask)), stemOf(baseOf(mask))];
    const file = keys.map((key) => byKey.get(key)).find((picture) => typeof picture === "string");
    return [{ mask, image: state.image, file: file ?? null }];
  });
  return {
    masks: found.flatMap(({ image, file }) => (file === null ? [] : [{ image, file }])),
    unmatched: found.flatMap(({ mask, file }) => (file === null ? [mask] : [])),
  };
}
