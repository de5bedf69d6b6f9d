import type { SourceContainer } from "../container.ts";
import { type CarriedTexts, carriedTexts } from "./carried-texts.ts";
import { readComfyGraph } from "./comfy-graph.ts";
import type { Generation } from "./generation.ts";
import { readInfotext } from "./infotext.ts";
import { readJsonDialects } from "./json-dialects.ts";

/** Whose word counts where a file has several: what says it outright goes before what has to be concluded from a graph. */
const READERS: readonly ((texts: CarriedTexts) => Generation | null)[] = [
  readJsonDialects,
  readInfotexts,
  readComfyGraph,
];

/**
 * How a picture was made, as far as its file says so in a way that we know. Null where it does not: it is a photo, say.
 * Never throws, whatever the file holds, and never looks at more than 4 MiB of one text.
 */
export function readGeneration(container: SourceContainer): Generation | null {
  const texts = carriedTexts(container);
  for (const read of READERS) {
    const generation = read(texts);
    if (generation !== null) return generation;
  }
  return null;
}

/** A PNG's `parameters` is nothing else; a comment may be anything, and has to look like one. */
function readInfotexts(texts: CarriedTexts): Generation | null {
  for (const key of ["parameters", "UserComment", "ImageDescription", "Comment", "XMP UserComment"]) {
    const text = texts.get(key);
    const generation = text === undefined ? null : readInfotext(text, key === "parameters");
    if (generation !== null) return generation;
  }
  return null;
}
