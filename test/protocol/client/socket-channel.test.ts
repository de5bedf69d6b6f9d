import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import type { Channel } from "../../../src/protocol/client/channel.ts";
import { createSocketChannel } from "../../../src/protocol/client/socket-channel.ts";
import { type PeerScript, type ScriptedPeer, startScriptedPeer } from "./scripted-peer.ts";

/* What the API asks of whoever keeps a connection to it: protocol, "Transport" and the client's checklist. */

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const one of opened.splice(0).reverse()) await one.close();
});

async function open(script: PeerScript = {}): Promise<{ peer: ScriptedPeer; channel: Channel }> {
  const peer = await startScriptedPeer(script);
  const channel = createSocketChannel({ who: "provider p", url: peer.url, key: "k" });
  opened.push(peer, channel);
  return { peer, channel };
}

const ask = (channel: Channel) =>
  channel.exchange(
    { taskType: "getResponse", taskUUID: randomUUID() },
    { signal: new AbortController().signal, answerMs: 20_000 },
  );

const Tasks = z.array(z.looseObject({ taskType: z.string(), connectionSessionUUID: z.string().optional() }));
const sentTo = ({ received }: ScriptedPeer, taskType: string) =>
  received.flatMap((text) => Tasks.parse(JSON.parse(text))).filter((task) => task.taskType === taskType);

describe("a connection to the API", () => {
  it("begins with the key, and is gone on with under the session that it had, each time that it broke", async () => {
    const { peer, channel } = await open();
    await ask(channel);
    for (const connections of [2, 3]) {
      peer.cut();
      await expect
        .poll(() =>
          ask(channel).then(
            () => peer.connections(),
            () => 0,
          ),
        )
        .toBe(connections);
    }
    const [first, ...again] = sentTo(peer, "authentication").map((task) => task.connectionSessionUUID);
    expect(first).toBeUndefined();
    expect(again).toEqual(peer.sessions.slice(0, 2));
    expect(Tasks.parse(JSON.parse(peer.received[0] ?? ""))[0]?.taskType).toBe("authentication");
  });

  it.each(["refuse", "hang up"] as const)(
    "is begun anew where the session that it had is not known any more: %s",
    async (onSession) => {
      const { peer, channel } = await open({ onSession });
      await ask(channel);
      peer.cut();
      await expect
        .poll(() =>
          ask(channel).then(
            () => "answered",
            ({ code }: { readonly code: string }) => code,
          ),
        )
        .toBe("answered");
      const told = sentTo(peer, "authentication").map((task) => task.connectionSessionUUID);
      expect(told).toEqual([undefined, peer.sessions[0], undefined]);
    },
  );

  it("says that it is there well within the minute after which it would be closed", async () => {
    const { peer, channel } = await open();
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
    await ask(channel);
    for (const pings of [1, 2, 3]) {
      vi.advanceTimersByTime(30_000);
      await vi.waitFor(() => expect(sentTo(peer, "ping")).toHaveLength(pings));
    }
    expect(peer.connections()).toBe(1);
  });

  it("is taken for dead where nothing is heard for a hundred seconds, and made anew", async () => {
    const { peer, channel } = await open({ isMute: () => true });
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
    await ask(channel);
    const waiting = channel.exchange(
      { taskType: "ping", taskUUID: randomUUID() },
      { signal: new AbortController().signal, answerMs: 20_000 },
    );
    waiting.catch(() => undefined);
    vi.advanceTimersByTime(90_000);
    await vi.waitFor(() => expect(sentTo(peer, "ping")).toHaveLength(4));
    expect(peer.connections()).toBe(1);
    vi.advanceTimersByTime(30_000);
    /* What was sent over it may be under way. */
    await expect(waiting).rejects.toMatchObject({ code: "CALL_OPEN" });
    await ask(channel);
    expect(peer.connections()).toBe(2);
  });
});
