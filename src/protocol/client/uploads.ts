import { createHash, randomUUID } from "node:crypto";
import { LRUCache } from "lru-cache";
import { MaskloomError } from "../../errors.ts";
import type { Channel } from "./channel.ts";
import { failureOfPeer } from "./peer-failure.ts";

/** Pictures that a peer has got, by their content: what is sent again is named instead. */
export interface Uploads {
  /** How the picture is written into a task: small ones as they are, others by the UUID under which they were uploaded. */
  refer(png: Uint8Array): Promise<string>;
  /** The peer does not have them any more. */
  forget(references: readonly string[]): void;
}

/** Below it a name saves less than the upload's own way there and back. */
const INLINE_BYTES = 150_000;
const KEPT = 2_000;
/** The service deletes what was not used for 30 days. */
const KEPT_MS = 24 * 60 * 60_000;
const ANSWER_MS = 120_000;

export function createUploads(channel: Channel, who: string): Uploads {
  const known = new LRUCache<string, Promise<string>>({ max: KEPT, ttl: KEPT_MS, updateAgeOnGet: true });
  const names = new LRUCache<string, string>({ max: KEPT });

  /* Not the caller's to cancel: others may wait for the same picture. */
  const upload = async (png: Uint8Array): Promise<string> => {
    const signal = AbortSignal.timeout(ANSWER_MS * 2);
    const task = { taskType: "imageUpload", taskUUID: randomUUID(), image: dataUri(png) };
    /* An upload that may have arrived costs nothing: another one is made under another UUID. */
    const frame = await channel.exchange(task, { signal, answerMs: ANSWER_MS }).catch((error: unknown) => {
      if (!(error instanceof MaskloomError) || error.code !== "CALL_OPEN") throw error;
      throw new MaskloomError("PROVIDER_UNAVAILABLE", error.message, { cause: error });
    });
    const [error] = frame.errors;
    if (error !== undefined) throw failureOfPeer(error, who);
    for (const item of frame.items) {
      const uuid = item["imageUUID"] ?? item["mediaUUID"];
      if (typeof uuid === "string") return uuid;
    }
    throw new MaskloomError(
      "PROVIDER_FAILED",
      `${who}: imageUpload: expected an imageUUID, got an answer without one`,
    );
  };

  return {
    async refer(png) {
      if (png.byteLength < INLINE_BYTES) return dataUri(png);
      const digest = createHash("sha256").update(png).digest("hex");
      const earlier = known.get(digest);
      if (earlier !== undefined) return earlier;
      const uploading = upload(png);
      known.set(digest, uploading);
      uploading.then(
        (uuid) => names.set(uuid, digest),
        () => known.delete(digest),
      );
      return uploading;
    },
    forget(references) {
      for (const reference of references) {
        const digest = names.get(reference);
        if (digest !== undefined) known.delete(digest);
      }
    },
  };
}

const dataUri = (png: Uint8Array): string => `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
