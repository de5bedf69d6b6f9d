import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { ApiError, isPassing } from "../../../dashboard/src/api/api-error.ts";
import { request } from "../../../dashboard/src/api/request.ts";

const ANSWERS: Record<string, { status: number; body: string }> = {
  "/refused": {
    status: 422,
    body: '{"error":{"code":"NOTHING_DETECTED","message":"a.png: no face"},"runUUID":"r"}',
  },
  "/proxy": { status: 502, body: "<h1>Bad gateway</h1>" },
  "/gone": { status: 204, body: "" },
  "/cut": { status: 200, body: '{"runs":[' },
};

describe("a request to the API", () => {
  const seen: { url: string; headers: Record<string, unknown>; body: string }[] = [];
  const server = createServer(async (incoming, outgoing) => {
    let body = "";
    for await (const chunk of incoming) body += String(chunk);
    seen.push({ url: incoming.url ?? "", headers: incoming.headers, body });
    const { status, body: answer } = ANSWERS[incoming.url ?? ""] ?? { status: 200, body: '{"good":true}' };
    outgoing.writeHead(status, { "x-request-id": "q-1" }).end(answer);
  });
  let base = "";
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());
  afterEach(() => vi.unstubAllGlobals());

  const withCookie = (cookie: string) => vi.stubGlobal("document", { cookie });

  it("says what the server said of a failure", async () => {
    withCookie("");
    const failure: unknown = await request(`${base}/refused`).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ApiError);
    expect(failure).toMatchObject({
      status: 422,
      code: "NOTHING_DETECTED",
      message: "a.png: no face",
      runUUID: "r",
      requestId: "q-1",
    });
    expect(isPassing(failure)).toBe(false);
  });

  it("is good where there is nothing to answer", async () => {
    withCookie("");
    expect(await request(`${base}/gone`, { method: "DELETE" })).toBeUndefined();
  });

  it("says what was expected where something else answers, or the server does not", async () => {
    withCookie("");
    for (const path of ["/proxy", "/cut"]) {
      await expect(request(base + path)).rejects.toMatchObject({ code: "UNEXPECTED_ANSWER" });
    }
    const away: unknown = await request("http://127.0.0.1:1/").catch((error: unknown) => error);
    expect(away).toMatchObject({ status: 0, code: "OFFLINE" });
    expect(isPassing(away)).toBe(true);
  });

  it("promises nothing by itself where the server does not answer to a change", async () => {
    withCookie("");
    const failure = request("http://127.0.0.1:1/", { method: "POST" });
    await expect(failure).rejects.toMatchObject({
      code: "OFFLINE",
      message: expect.stringContaining("do it again"),
    });
  });

  it("carries with a change the token that shows it is meant, and a key only to sign in", async () => {
    withCookie("a=b; maskloom_csrf=token");
    await request(`${base}/read`, {
      query: { status: "failed", before: null, q: "", limit: 5 },
      key: "secret",
    });
    await request(`${base}/change`, { method: "POST", body: { a: 1 }, idempotencyKey: "once" });
    const [read, change] = seen.slice(-2);
    expect(read).toMatchObject({
      url: "/read?status=failed&limit=5",
      headers: { authorization: "Bearer secret" },
    });
    expect(read?.headers).not.toHaveProperty("x-csrf-token");
    expect(change?.headers).not.toHaveProperty("authorization");
    expect(change).toMatchObject({
      body: '{"a":1}',
      headers: { "x-csrf-token": "token", "idempotency-key": "once", "content-type": "application/json" },
    });
  });
});
