import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type DetectFields, detectQuery } from "../../../../dashboard/src/api/detect.ts";

const FIELDS: DetectFields = { model: "a", confidence: 0.1, maskPadding: 4, maskBlur: 4, tiling: "auto" };
const IMAGE = "4a9a6d89-706b-4749-b517-40c8d597632b";

describe("settings that change before their answer has come", () => {
  const open: { confidence: number; incoming: IncomingMessage; outgoing: ServerResponse }[] = [];
  const server = createServer(async (incoming, outgoing) => {
    let body = "";
    for await (const chunk of incoming) body += String(chunk);
    open.push({ confidence: (JSON.parse(body) as DetectFields).confidence, incoming, outgoing });
  });
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const { fetch: realFetch } = globalThis;
    vi.stubGlobal("document", { cookie: "" });
    vi.stubGlobal("fetch", (path: string, init: RequestInit) =>
      realFetch(`http://127.0.0.1:${port}${path}`, init),
    );
  });
  afterAll(() => {
    vi.unstubAllGlobals();
    client.clear();
    server.closeAllConnections();
    server.close();
  });

  it("end the request before, and the answer to the last one is what is shown", async () => {
    const observer = new QueryObserver(client, detectQuery(IMAGE, FIELDS));
    const stop = observer.subscribe(() => undefined);
    await vi.waitFor(() => expect(open).toHaveLength(1));
    const ended = once(open[0]?.outgoing as ServerResponse, "close");
    observer.setOptions(detectQuery(IMAGE, { ...FIELDS, confidence: 0.9 }));
    await ended;
    await vi.waitFor(() => expect(open.map(({ confidence }) => confidence)).toEqual([0.1, 0.9]));
    open[1]?.outgoing.end(JSON.stringify({ image: IMAGE, model: "the last" }));
    await vi.waitFor(() => expect(observer.getCurrentResult().data).toMatchObject({ model: "the last" }));
    stop();
  });
});
