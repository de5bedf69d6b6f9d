import { createHash, randomUUID } from "node:crypto";
import { LRUCache } from "lru-cache";
import { MaskloomError } from "../../errors.ts";
import type { Channel } from "./channel.ts";
import { failureOfPeer } from "./peer-failure.ts";

/** Pictures that a peer has got, by their content: what is sent again is named instead. */
export interface Uploads {
  /**
   * How the picture is written into a task: small ones as they are, others by the UUID under which they were uploaded.
   * @param owner whose picture it is; without one, its name is only kept for this process
   */
  refer(png: Uint8Array, owner?: string): Promise<string>;
  /** The peer does not have them any more. */
  forget(references: readonly string[]): Promise<void>;
}

/** Names of pictures at one peer, kept over restarts and for all workers. What it cannot tell is uploaded. */
export interface UploadMemory {
  /** @param digest SHA-256 of the picture's bytes */
  find(owner: string, digest: string): Promise<string | null>;
  keep(owner: string, digest: string, reference: string): Promise<void>;
  forget(references: readonly string[]): Promise<void>;
}

/** Below it a name saves less than the upload's own way there and back. */
const INLINE_BYTES = 150_000;
const KEPT = 2_000;
/** The service deletes what was not used for 30 days. */
const KEPT_MS = 24 * 60 * 60_000;
const ANSWER_MS = 120_000;

/** A process alone, such as a test of a provider. */
const NO_MEMORY: UploadMemory = {
  find: async () => null,
  keep: async () => undefined,
  forget: async () => undefined,
};

export function createUploads(channel: Channel, who: string, memory: UploadMemory = NO_MEMORY): Uploads {
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

  /* A memory that fails costs an upload, not the task. */
  const referOnce = async (png: Uint8Array, owner: string | undefined, digest: string): Promise<string> => {
    if (owner === undefined) return upload(png);
    const earlier = await memory.find(owner, digest).catch(() => null);
    if (earlier !== null) return earlier;
    const reference = await upload(png);
    await memory.keep(owner, digest, reference).catch(() => undefined);
    return reference;
  };

  return {
    async refer(png, owner) {
      if (png.byteLength < INLINE_BYTES) return dataUri(png);
      const digest = createHash("sha256").update(png).digest("hex");
      const key = `${owner ?? ""} ${digest}`;
      const earlier = known.get(key);
      if (earlier !== undefined) return earlier;
      const uploading = referOnce(png, owner, digest);
      known.set(key, uploading);
      uploading.then(
        (uuid) => names.set(uuid, key),
        () => known.delete(key),
      );
      return uploading;
    },
    async forget(references) {
      for (const reference of references) {
        const key = names.get(reference);
        if (key !== undefined) known.delete(key);
      }
      await memory.forget(references.filter((reference) => !reference.startsWith("data:")));
    },
  };
}

const dataUri = (png: Uint8Array): string => `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
