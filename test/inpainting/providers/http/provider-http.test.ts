import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import {
  createProviderHttp,
  NotAnswered,
  type ProviderHttp,
} from "../../../../src/inpainting/providers/http/provider-http.ts";
import { errorOf } from "../../../onnx/run-model.ts";
import { FAULTS, type Fault, type HttpPeer, type PeerRequest, startHttpPeer } from "./http-peer.ts";

let peer: HttpPeer;
let http: ProviderHttp;

beforeEach(async () => {
  peer = await startHttpPeer(({ url }) => ({ json: { path: url.pathname } }));
  http = createProviderHttp({ id: "there", url: peer.url, key: undefined });
});
afterEach(async () => {
  await http.close();
  await peer.close();
});

const soon = () => AbortSignal.timeout(10_000);
const ask = (path = "/a", more: { mostBytes?: number; signal?: AbortSignal } = {}) =>
  http.json(z.object({ path: z.string() }), path, { signal: soon(), ...more });
const withFault = (act: Fault) => {
  peer.fault = { path: "/", act };
};

describe("HTTP to a provider", () => {
  it("stands a storm of failures, each told as what it is, and goes on as soon as it is over", async () => {
    withFault(FAULTS.status(500, {}, "Internal Server Error"));
    const errors = await Promise.all(Array.from({ length: 50 }, () => errorOf(() => ask())));
    for (const error of errors) {
      expect(error).toMatchObject({
        code: "PROVIDER_FAILED",
        message: expect.stringMatching(/answers 500: Internal/),
      });
    }
    peer.fault = null;
    expect(await ask("/b")).toEqual({ path: "/b" });
  });

  it("is not kept busy by a page of tags that are never closed: 28 MB took days", async () => {
    peer.fault = { path: "/", act: (_request, response) => void response.end("<script".repeat(4_000_000)) };
    expect(await errorOf(() => ask())).toMatchObject({
      code: "PROVIDER_FAILED",
      message: expect.stringMatching(/expected JSON, got a web page/),
    });
  });

  it("tells a lost answer from one that was refused: it may have been carried out", async () => {
    withFault(FAULTS.breaks);
    expect(await errorOf(() => ask())).toBeInstanceOf(NotAnswered);
  });

  it("reads no more than was asked for, and is not kept busy by the rest", async () => {
    withFault(FAULTS.endless);
    expect(await errorOf(() => ask("/a", { mostBytes: 3_000_000 }))).toMatchObject({
      code: "PROVIDER_FAILED",
      message: expect.stringMatching(/at most 3000000 bytes, got more/),
    });
  });

  it("ends with its caller, whatever the other side does", async () => {
    withFault(FAULTS.hangs);
    const leaving = new AbortController();
    const asking = errorOf(() => ask("/a", { signal: leaving.signal }));
    leaving.abort(new Error("gone"));
    expect(await asking).toMatchObject({ message: "gone" });
  });

  it("says that an address talks no TLS before anything is sent", async () => {
    const secure = createProviderHttp({
      id: "there",
      url: peer.url.replace("http:", "https:"),
      key: "user:word",
    });
    expect(await errorOf(() => secure.tell("/a", { signal: soon() }))).toMatchObject({
      code: "PROVIDER_UNAVAILABLE",
      message: expect.stringMatching(/nobody answers at https:/),
    });
    await secure.close();
    expect(peer.requests).toEqual([]);
  });

  it("says what does not fit in an answer, and names the path", async () => {
    const wrong = http.json(z.object({ images: z.array(z.string()) }), "/a", { signal: soon() });
    await expect(wrong).rejects.toMatchObject({
      code: "PROVIDER_FAILED",
      message: expect.stringMatching(/^provider there, \/a: images: /),
    });
  });

  it("sends a login or a token, whichever the key is", async () => {
    const authorizationOf = ({ headers }: PeerRequest) => headers.authorization;
    for (const key of ["user:word", "token"]) {
      const keyed = createProviderHttp({ id: "there", url: peer.url, key });
      await keyed.tell("/a", { signal: soon() });
      await keyed.close();
    }
    expect(peer.requests.map(authorizationOf)).toEqual([
      `Basic ${Buffer.from("user:word").toString("base64")}`,
      "Bearer token",
    ]);
  });

  it("waits as long as the other side says, in seconds or until a date", async () => {
    const waitOf = async (retryAfter: string) => {
      withFault(FAULTS.status(503, { "retry-after": retryAfter }));
      return (await errorOf(() => ask())) as { retryAfterSeconds?: number };
    };
    expect((await waitOf("9")).retryAfterSeconds).toBe(9);
    const seconds = (await waitOf(new Date(Date.now() + 60_000).toUTCString())).retryAfterSeconds;
    expect(seconds).toBeGreaterThan(30);
    expect((await waitOf("soon")).retryAfterSeconds).toBeUndefined();
  });
});
