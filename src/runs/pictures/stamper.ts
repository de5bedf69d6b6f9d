import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import { Digest } from "../../contracts/ids.ts";
import { stampProvenance } from "../../image/metadata/replace-xmp.ts";
import type { ArtifactRow } from "../../store/artifacts.ts";
import type { ProvenanceSource } from "../provenance.ts";
import type { PictureForm } from "./converter.ts";

interface Stamped {
  readonly content: Uint8Array;
  readonly digest: Digest;
}

/** Puts into what is given out how it came about. */
export interface Stamper {
  /**
   * Null where nothing is to be said: of what was brought from outside, and of masks.
   * @param encode the bytes in this form, without it
   */
  stamped(row: ArtifactRow, form: PictureForm, encode: () => Promise<Uint8Array>): Promise<Stamped | null>;
}

const MEGABYTE = 1024 * 1024;
const CACHE_BYTES = 32 * MEGABYTE;

/**
 * Made when it is asked for, and not kept at rest: there a result is the same bytes whichever run made it, so that equal
 * work is done once and equal pictures are stored once.
 */
export function createStamper(provenance: ProvenanceSource | null): Stamper {
  const made = new LRUCache<string, Stamped>({
    maxSize: CACHE_BYTES,
    sizeCalculation: ({ content }) => content.length + 1,
  });
  return {
    async stamped(row, form, encode) {
      if (provenance === null || row.kind !== "image" || row.taskUUID === null) return null;
      const key = [row.uuid, form.format, form.quality].join(" ");
      const known = made.get(key);
      if (known !== undefined) return known;
      const said = await provenance.ofTask(row.owner, row.taskUUID);
      if (said === null) return null;
      const content = stampProvenance(await encode(), form.format, said);
      const digest = Digest.parse(createHash("sha256").update(content).digest("hex"));
      made.set(key, { content, digest });
      return { content, digest };
    },
  };
}
