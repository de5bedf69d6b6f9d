import path from "node:path";
import type { ImageFormat } from "../image/metadata/container.ts";

export const IMAGE_EXTENSIONS = [".png", ".jpg", ".jpeg", ".webp"] as const;

const EXTENSIONS: Readonly<Record<ImageFormat, readonly [string, ...string[]]>> = {
  png: [".png"],
  jpg: [".jpg", ".jpeg"],
  webp: [".webp"],
};

/**
 * Where the results of these inputs go, by relative name with `/`; "same" keeps the names. Folders are kept, never
 * flattened. Inputs that differ only in what another format takes away keep all of it: a.jpg and a.png become a.jpg.png
 * and a.png.png; where that is another one's, with a number: a.jpg (2).png. Names count as equal without regard to case,
 * since they would be on some disks.
 */
export function assignOutputNames(names: readonly string[], format: ImageFormat | "same"): string[] {
  if (format === "same") return [...names];
  const short = names.map((name) => withExtension(name, format));
  const counts = new Map<string, number>();
  for (const name of short) counts.set(keyOf(name), (counts.get(keyOf(name)) ?? 0) + 1);
  const isAlone = (name: string) => counts.get(keyOf(name)) === 1;
  /* Whether or not it gets it: a name depends on nothing but which pictures there are. */
  const taken = new Set(short.map(keyOf));
  return names.map((name, at) => {
    const candidate = short[at] ?? name;
    if (isAlone(candidate)) return candidate;
    const [extension] = EXTENSIONS[format];
    let free = `${name}${extension}`;
    for (let number = 2; taken.has(keyOf(free)); number += 1) free = `${name} (${number})${extension}`;
    taken.add(keyOf(free));
    return free;
  });
}

/**
 * The same for one input of many.
 * @param name relative, with `/`
 * @param twins base names of the other inputs in its folder that differ from it only in extension or case
 * @param isThere whether another picture, by its base name, is in its folder
 */
export async function outputNameOf(
  name: string,
  twins: readonly string[],
  format: ImageFormat | "same",
  isThere: (base: string) => Promise<boolean>,
): Promise<string> {
  if (format === "same") return name;
  const short = withExtension(name, format);
  const own = keyOf(path.posix.basename(short));
  const isShared = twins.some((twin) => keyOf(withExtension(twin, format)) === own);
  if (!isShared) return short;
  const [extension] = EXTENSIONS[format];
  return freeName(name, extension, async (output) => {
    for (const rival of rivalNames(path.posix.basename(output, extension)))
      if (await isThere(rival)) return true;
    return false;
  });
}

/** Base names of pictures that are called as this one, with another extension behind it. */
export function rivalNames(name: string): string[] {
  const extensions = IMAGE_EXTENSIONS.flatMap((extension) => [extension, extension.toUpperCase()]);
  return extensions.map((extension) => `${name}${extension}`);
}

/**
 * Where another output of a picture goes, beside its result: a.jpg.mask.png. The picture's whole name stands in it, so that
 * no other picture's is called so; where a result is, it gets a number.
 * @param role of the output, and of the image in it
 * @param isResult whether some picture's result may go there
 */
export async function nameFurther(
  name: string,
  role: readonly string[],
  extension: string,
  isResult: (output: string) => Promise<boolean>,
): Promise<string> {
  return freeName([name, ...role].join("."), extension, isResult);
}

async function freeName(
  stem: string,
  extension: string,
  isResult: (output: string) => Promise<boolean>,
): Promise<string> {
  let free = `${stem}${extension}`;
  for (let number = 2; await isResult(free); number += 1) free = `${stem} (${number})${extension}`;
  return free;
}

/** Names of the inputs whose results may be called so, with whichever format; relative, with `/`. */
export function namesWithResult(output: string): string[] {
  const { dir, name: stem } = path.posix.parse(output);
  const bare = path.posix.join(dir, stem);
  const unnumbered = bare.replace(/ \(\d+\)$/, "");
  return [...new Set([output, bare, unnumbered, ...rivalNames(bare)])];
}

function withExtension(name: string, format: ImageFormat): string {
  const { dir, name: stem, ext } = path.posix.parse(name);
  const extensions = EXTENSIONS[format];
  if (extensions.includes(ext.toLowerCase())) return name;
  const isImage = IMAGE_EXTENSIONS.some((known) => known === ext.toLowerCase());
  return path.posix.join(dir, `${isImage ? stem : stem + ext}${extensions[0]}`);
}

const keyOf = (name: string): string => name.normalize("NFC").toLowerCase();
