import { describe, expect, it } from "vitest";
import type { Channel, PeerTask } from "../../../src/protocol/client/channel.ts";
import { createUploads, type UploadMemory } from "../../../src/protocol/client/uploads.ts";

/** More than is sent within a request. */
const picture = (level: number) => new Uint8Array(200_000).fill(level);

function peer() {
  const uploaded: PeerTask[] = [];
  const channel: Channel = {
    async exchange(task) {
      uploaded.push(task);
      return { items: [{ taskUUID: task.taskUUID, imageUUID: `picture ${uploaded.length}` }], errors: [] };
    },
    greet: async () => undefined,
    close: async () => undefined,
  };
  return { channel, uploaded };
}

function memoryOf(rows = new Map<string, string>()): UploadMemory {
  return {
    find: async (owner, digest) => rows.get(`${owner} ${digest}`) ?? null,
    keep: async (owner, digest, reference) => void rows.set(`${owner} ${digest}`, reference),
    async forget(references) {
      for (const [key, reference] of rows) if (references.includes(reference)) rows.delete(key);
    },
  };
}

describe("pictures that a peer has got", () => {
  it("are uploaded once, also by a process that begins later, and small ones not at all", async () => {
    const { channel, uploaded } = peer();
    const memory = memoryOf();
    const first = createUploads(channel, "peer", memory);
    expect(await Promise.all([1, 2].map(() => first.refer(picture(1), "me")))).toEqual([
      "picture 1",
      "picture 1",
    ]);
    expect(await createUploads(channel, "peer", memory).refer(picture(1), "me")).toBe("picture 1");
    expect(await first.refer(picture(2), "me")).toBe("picture 2");
    expect(await first.refer(new Uint8Array(10), "me")).toMatch(/^data:image\/png;base64,/);
    expect(uploaded).toHaveLength(2);
  });

  it("are each owner's own", async () => {
    const { channel, uploaded } = peer();
    const uploads = createUploads(channel, "peer", memoryOf());
    expect(await uploads.refer(picture(1), "me")).not.toBe(await uploads.refer(picture(1), "you"));
    expect(uploaded).toHaveLength(2);
  });

  it("are uploaded anew once the peer has lost them, whoever uploaded them", async () => {
    const { channel } = peer();
    const memory = memoryOf();
    const [one, other] = [createUploads(channel, "peer", memory), createUploads(channel, "peer", memory)];
    expect(await one.refer(picture(1), "me")).toBe("picture 1");
    expect(await other.refer(picture(1), "me")).toBe("picture 1");
    await other.forget(["picture 1", "data:image/png;base64,AA=="]);
    expect(await other.refer(picture(1), "me")).toBe("picture 2");
    expect(await createUploads(channel, "peer", memory).refer(picture(1), "me")).toBe("picture 2");
  });

  it("are uploaded where the memory cannot be asked", async () => {
    const { channel } = peer();
    const fails = () => Promise.reject(new Error("no database"));
    const uploads = createUploads(channel, "peer", { find: fails, keep: fails, forget: fails });
    expect(await uploads.refer(picture(1), "me")).toBe("picture 1");
  });
});
