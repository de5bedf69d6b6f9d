import { randomUUID } from "node:crypto";
import { createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { MaskloomError } from "../../../src/errors.ts";
import type { Channel } from "../../../src/protocol/client/channel.ts";
import { openChannel } from "../../../src/protocol/client/open-channel.ts";
import { runTask } from "../../../src/protocol/client/run-task.ts";
import { type PeerScript, PRICE, type ScriptedPeer, startScriptedPeer } from "./scripted-peer.ts";

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

const MARK = { imageUUID: "a0000000-0000-4000-8000-000000000001", imageBase64Data: "AAAA", seed: 5 };

async function openPeer(
  script: PeerScript = {},
  over: "url" | "httpUrl" = "url",
  key?: string,
): Promise<{ peer: ScriptedPeer; channel: Channel }> {
  const peer = await startScriptedPeer({ paint: async () => MARK, ...script });
  const channel = openChannel({ who: "provider p", url: peer[over], key });
  opened.push(peer, channel);
  return { peer, channel };
}

const run = (channel: Channel, more: Partial<Parameters<typeof runTask>[1]> = {}) =>
  runTask(
    channel,
    {
      task: { taskType: "imageInference", taskUUID: randomUUID() },
      resumes: false,
      ageMs: 0,
      remembersMs: 60_000,
      timeoutMs: 20_000,
      signal: new AbortController().signal,
      onProgress: () => undefined,
      ...more,
    },
    "provider p",
  );

const codeOf = (error: unknown) => (error instanceof MaskloomError ? error.code : String(error));
const failureOf = (work: Promise<unknown>) => work.then(() => "no failure", codeOf);
const billsOf = ({ bills }: ScriptedPeer) => [...bills.values()];

describe("a task that a peer carries out", () => {
  it.each(["url", "httpUrl"] as const)("is sent, asked for, and comes with its price (%s)", async (over) => {
    const { peer, channel } = await openPeer({}, over);
    expect(await run(channel)).toMatchObject({ ...MARK, cost: PRICE });
    expect(billsOf(peer)).toEqual([1]);
  });

  it("tells how far it is while it is under way", async () => {
    const { channel } = await openPeer({ workMs: () => 1_200 });
    const shares: number[] = [];
    await run(channel, { onProgress: (share) => shares.push(share) });
    expect(shares).toContain(0.4);
  });

  it("is taken as it comes where the peer answers at once, or twice", async () => {
    const { peer, channel } = await openPeer({ onTask: (_, nth) => (nth === 1 ? "sync" : "twice") });
    expect(await run(channel)).toMatchObject(MARK);
    expect(billsOf(peer)).toEqual([1]);
    const twice = await openPeer({ onTask: () => "twice", onQuestion: () => "twice" });
    expect(await Promise.all([run(twice.channel), run(twice.channel)])).toHaveLength(2);
    expect(billsOf(twice.peer)).toEqual([1, 1]);
  });

  it.each(["take, then cut", "half a frame"] as const)(
    "is billed once where the connection is lost after it was sent (%s)",
    async (fate) => {
      const { peer, channel } = await openPeer({ onTask: (_, nth) => (nth === 1 ? fate : "take") });
      expect(await run(channel)).toMatchObject(MARK);
      expect(billsOf(peer)).toEqual([1]);
    },
  );

  it("is sent again under the same UUID where the peer never saw it", async () => {
    const { peer, channel } = await openPeer({ onTask: (_, nth) => (nth === 1 ? "cut" : "take") });
    expect(await run(channel)).toMatchObject(MARK);
    expect(new Set(peer.tasks.map(({ taskUUID }) => taskUUID)).size).toBe(1);
    expect(peer.tasks).toHaveLength(2);
    expect(billsOf(peer)).toEqual([1]);
  });

  it("is open over HTTP as well, where its time is shorter than any wait", async () => {
    const { channel } = await openPeer({ workMs: () => 60_000 }, "httpUrl");
    expect(await failureOf(run(channel, { timeoutMs: 1_234.5 }))).toBe("CALL_OPEN");
  });

  it("over HTTP as well, through a gateway that answers 502", async () => {
    const { peer, channel } = await openPeer(
      { onTask: (_, nth) => (nth === 1 ? { status: 502, body: "<html>bad gateway</html>" } : "take") },
      "httpUrl",
    );
    expect(await run(channel)).toMatchObject(MARK);
    expect(billsOf(peer)).toEqual([1]);
  });

  it("is asked for first where it may have been sent before", async () => {
    const { peer, channel } = await openPeer();
    const task = { taskType: "imageInference", taskUUID: randomUUID() };
    await run(channel, { task });
    expect(await run(channel, { task, resumes: true, ageMs: 1_000 })).toMatchObject(MARK);
    expect(peer.tasks).toHaveLength(1);
    expect(billsOf(peer)).toEqual([1]);
  });

  it("is uncertain where the peer may have forgotten it, and is not sent again", async () => {
    const { peer, channel } = await openPeer();
    const again = run(channel, { resumes: true, ageMs: 61_000, remembersMs: 60_000 });
    expect(await failureOf(again)).toBe("CALL_UNCERTAIN");
    expect(peer.tasks).toEqual([]);
  });

  it("stays open where the peer does not know of it yet, and has no room for another sending", async () => {
    const { peer, channel } = await openPeer({ onTask: () => ({ refuse: "rateLimitExceeded" }) });
    expect(await failureOf(run(channel, { resumes: true, ageMs: 1_000 }))).toBe("CALL_OPEN");
    const cut = await openPeer({
      onTask: (_, nth) => (nth === 1 ? "cut" : { refuse: "serviceUnavailable" }),
    });
    expect(await failureOf(run(cut.channel))).toBe("CALL_OPEN");
    expect([...billsOf(peer), ...billsOf(cut.peer)]).toEqual([]);
  });

  it("stays open where the peer does not know of it yet, and cannot be reached for another sending", async () => {
    const { channel } = await openPeer();
    const exchange: Channel["exchange"] = async (task, options) => {
      if (task.taskType === "getResponse") return channel.exchange(task, options);
      throw new MaskloomError("PROVIDER_UNAVAILABLE", "nobody is there", { retryAfterSeconds: 3 });
    };
    const again = run({ ...channel, exchange }, { resumes: true, ageMs: 1_000 });
    await expect(again).rejects.toMatchObject({ code: "CALL_OPEN", retryAfterSeconds: 3 });
    expect(await failureOf(run({ ...channel, exchange }))).toBe("PROVIDER_UNAVAILABLE");
  });

  it("is open where the peer takes it and says nothing more in time", async () => {
    const { peer, channel } = await openPeer({ workMs: () => 60_000 });
    expect(await failureOf(run(channel, { timeoutMs: 1_500 }))).toBe("CALL_OPEN");
    expect(billsOf(peer)).toEqual([1]);
  });

  it("outlasts questions that are refused: those say nothing about the task", async () => {
    const storm = ["internalServerError", "rateLimitExceeded", "serviceUnavailable"];
    const { peer, channel } = await openPeer({
      onQuestion: (_, nth) => (nth <= storm.length ? { refuse: storm[nth - 1] ?? "" } : "take"),
    });
    expect(await run(channel)).toMatchObject(MARK);
    expect(billsOf(peer)).toEqual([1]);
  });

  it("is asked for no sooner than a busy peer wants", async () => {
    let questions = 0;
    const busy = () => {
      questions += 1;
      return { status: 429, body: "{}", headers: { "retry-after": "60" } };
    };
    const { channel } = await openPeer({ onQuestion: busy }, "httpUrl");
    expect(await failureOf(run(channel, { resumes: true, timeoutMs: 1_000 }))).toBe("CALL_OPEN");
    expect(questions).toBe(1);
  });

  it.each([
    { status: 403, body: "<html>forbidden</html>" },
    { status: 401, body: JSON.stringify({ errors: [{ code: "invalidApiKey", message: "no" }] }) },
    { status: 404, body: "no such page" },
    { status: 302, headers: { location: "http://elsewhere.invalid/" } },
    { refuse: "unauthorized" },
    { refuse: "invalidTaskType" },
  ])("stays open where it was taken and the question for it is refused: %j", async (fate) => {
    const { peer, channel } = await openPeer({ onQuestion: () => fate }, "httpUrl");
    expect(await failureOf(run(channel))).toBe("CALL_OPEN");
    expect([billsOf(peer), peer.tasks.length]).toEqual([[1], 1]);
  });

  it("is uncertain where the peer worked on it for longer than it remembers, and then knows nothing", async () => {
    const { peer, channel } = await openPeer({
      workMs: () => 60_000,
      onQuestion: (_, nth) => (nth === 1 ? "take" : { refuse: "taskNotFound" }),
    });
    /* The second question comes a pause later than the first. */
    expect(await failureOf(run(channel, { remembersMs: 500 }))).toBe("CALL_UNCERTAIN");
    expect([billsOf(peer), peer.tasks.length]).toEqual([[1], 1]);
  });

  it("fails as the peer says where its result is an error", async () => {
    const { channel } = await openPeer({
      onQuestion: () => ({ refuse: "inferenceError", more: { status: "error" } }),
    });
    expect(await failureOf(run(channel))).toBe("PROVIDER_FAILED");
  });

  it.each([
    ["invalidPositivePrompt", "PROVIDER_REFUSED"],
    ["insufficientCredits", "PROVIDER_REFUSED"],
    ["contentPolicyViolation", "CONTENT_REFUSED"],
    ["modelNotFound", "PROVIDER_REFUSED"],
    ["rateLimitExceeded", "PROVIDER_UNAVAILABLE"],
    ["inferenceError", "PROVIDER_FAILED"],
    ["providerTimeout", "PROVIDER_FAILED"],
    ["imageNotFound", "PROVIDER_REFUSED"],
  ])("refused with %s costs nothing and is %s", async (code, expected) => {
    const { peer, channel } = await openPeer({ onTask: () => ({ refuse: code }) });
    expect(await failureOf(run(channel))).toBe(expected);
    expect(billsOf(peer)).toEqual([]);
  });

  it("over HTTP tells when a peer that is busy wants to be asked again", async () => {
    const { channel } = await openPeer(
      { onTask: () => ({ status: 429, body: "{}", headers: { "retry-after": "7" } }) },
      "httpUrl",
    );
    await expect(run(channel)).rejects.toMatchObject({ code: "PROVIDER_UNAVAILABLE", retryAfterSeconds: 7 });
  });

  it.each([
    [{ status: 200, body: "<html>hello</html>" }, "PROVIDER_FAILED"],
    [{ status: 302, headers: { location: "http://169.254.169.254/" } }, "PROVIDER_REFUSED"],
    [{ status: 403, body: "no" }, "PROVIDER_REFUSED"],
  ] as const)("over HTTP is refused by what is no peer: %j", async (fate, expected) => {
    const { channel } = await openPeer({ onTask: () => fate }, "httpUrl");
    expect(await failureOf(run(channel))).toBe(expected);
  });

  it.each([404, 426, 200])("goes by HTTP where a WebSocket is answered with %i", async (status) => {
    const { peer, channel } = await openPeer({ onUpgrade: () => ({ status }) });
    expect(await run(channel)).toMatchObject(MARK);
    expect([billsOf(peer), peer.connections()]).toEqual([[1], 0]);
  });

  it("is never sent where nobody is there, or no peer", async () => {
    const nobody = openChannel({ who: "provider p", url: "ws://127.0.0.1:9/v1", key: undefined });
    opened.push(nobody);
    expect(await failureOf(run(nobody))).toBe("PROVIDER_UNAVAILABLE");
    /* What is no TLS breaks the handshake. */
    const { peer } = await openPeer();
    const plain = openChannel({ who: "provider p", url: peer.url.replace("ws:", "wss:"), key: undefined });
    opened.push(plain);
    expect(await failureOf(run(plain))).toBe("PROVIDER_UNAVAILABLE");
  });

  it("waits for nobody who accepts connections and says nothing, once it is cancelled", async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = silent.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const channel = openChannel({ who: "provider p", url: `ws://127.0.0.1:${port}/v1`, key: undefined });
    const stop = new AbortController();
    const waiting = run(channel, { signal: stop.signal });
    stop.abort(new MaskloomError("CANCELLED", "enough"));
    expect(await failureOf(waiting)).toBe("CANCELLED");
    silent.close();
  });
});

describe("the connection to a peer", () => {
  it("is one for all tasks, and another one after it was cut", async () => {
    const { peer, channel } = await openPeer({ workMs: () => 50 });
    const first = await Promise.all(Array.from({ length: 20 }, () => run(channel)));
    expect(first).toHaveLength(20);
    expect(peer.connections()).toBe(1);
    peer.cut();
    await run(channel);
    expect(peer.connections()).toBe(2);
    expect(billsOf(peer)).toEqual(Array(21).fill(1));
  });

  it("says the key once, and a key that is not taken is an error that does not repeat it", async () => {
    const key = "a-key-not-to-be-repeated";
    const { channel } = await openPeer({ key: "another" }, "url", key);
    const refused = await run(channel).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: "PROVIDER_REFUSED",
      message: expect.stringContaining("invalidApiKey"),
    });
    expect(JSON.stringify(refused) + String(refused)).not.toContain(key);
    const taken = await openPeer({ key }, "url", key);
    await run(taken.channel);
    await run(taken.channel);
    expect(taken.peer.received.filter((text) => text.includes(key))).toHaveLength(1);
  });

  it("takes every task through a storm of cuts, each billed once", async () => {
    const { peer, channel } = await openPeer({
      workMs: () => 20,
      onTask: (_, nth) =>
        nth === 1
          ? ((["take", "take, then cut", "cut", "half a frame"] as const)[Math.floor(Math.random() * 4)] ??
            "take")
          : "take",
    });
    const results = await Promise.all(Array.from({ length: 40 }, () => run(channel)));
    expect(results).toHaveLength(40);
    expect(billsOf(peer)).toEqual(Array(40).fill(1));
  });
});
