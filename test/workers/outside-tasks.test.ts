import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { upload } from "../../workers/tasks/upload.ts";
import { webhook } from "../../workers/tasks/webhook.ts";
import { noiseImage } from "../image/rasters.ts";
import { TaskBench } from "./task-bench.ts";

interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

describe("tasks that send something outside", () => {
  const bench = new TaskBench();
  const received: Received[] = [];
  let answer: { status: number; body: string | Buffer } = { status: 200, body: "" };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method, url, headers } = request;
    received.push({ method, url, headers, body: Buffer.concat(chunks) });
    response.writeHead(answer.status).end(answer.body);
  });
  let base = "";
  beforeAll(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    received.length = 0;
    answer = { status: 200, body: "" };
  });
  afterAll(async () => {
    await bench.outside.close();
    server.close();
  });
  const put = async (query = "") => {
    const image = await bench.put(noiseImage({ width: 8, height: 6 }, 3, 8));
    const result = bench.execute("upload", upload, { image, endpoint: `${base}/a/b.png${query}` });
    return { image, result: await result };
  };
  const post = (body: unknown) => bench.execute("webhook", webhook, { url: `${base}/hook?key=secret`, body });

  it("puts the bytes of a picture with their type, and shows where they went without what the query holds", async () => {
    const { image, result } = await put("?signature=secret");
    expect(result).toMatchObject({ kind: "succeeded", output: { image, url: `${base}/a/b.png` } });
    const [request] = received;
    expect(request).toMatchObject({ method: "PUT", url: "/a/b.png?signature=secret" });
    expect(request?.headers["content-type"]).toBe("image/png");
    expect(request?.body.equals((await bench.artifacts.load(undefined as never, image)).content)).toBe(true);
  });

  it("an upload that is refused fails in a way that is worth another try, without the secret of its address", async () => {
    answer = { status: 503, body: "busy" };
    const failure = await put("?signature=secret").then(
      () => null,
      (error: Error & { code: string }) => error,
    );
    expect(failure).toMatchObject({ code: "FETCH_FAILED" });
    expect(failure?.message).toBe(`PUT ${base}/a/b.png: expected an answer of 200 to 299, it answers 503`);
  });

  it("posts JSON that the receiver can check, and yields what it answers", async () => {
    answer = { status: 201, body: '{"id": 7}' };
    const { output } = await post({ file: "a.png", faces: 2 });
    expect(output).toEqual({ response: { id: 7 } });
    const [request] = received;
    if (request === undefined) throw new Error("nothing was sent");
    const { headers, body, method } = request;
    expect([method, headers["content-type"], body.toString()]).toEqual([
      "POST",
      "application/json",
      '{"file":"a.png","faces":2}',
    ]);
    const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
    const key = Buffer.from("a secret of the bench");
    const signature = createHmac("sha256", key).update(signed).digest("base64");
    expect(headers["webhook-signature"]).toBe(`v1,${signature}`);
  });

  it.each([
    ["thanks", "thanks"],
    ["", null],
    ["[1, 2", "[1, 2"],
  ])("yields an answer that is no JSON as it is: %j", async (body, response) => {
    answer = { status: 200, body };
    expect((await post({})).output).toEqual({ response });
  });

  it("keeps a bounded part of a long answer and says so", async () => {
    answer = { status: 200, body: Buffer.alloc(1_000_000, "x") };
    const { output, warnings } = await post({});
    expect((output as { response: string }).response).toHaveLength(64 * 1024);
    expect(warnings).toEqual(["the answer is longer than 64 KiB and was cut"]);
  });

  it("a webhook that is refused fails, and one to a machine that is not listed is never sent", async () => {
    answer = { status: 500, body: "" };
    await expect(post({})).rejects.toMatchObject({ code: "FETCH_FAILED" });
    const inside = { url: "http://169.254.169.254/latest", body: {} };
    await expect(bench.execute("webhook", webhook, inside)).rejects.toMatchObject({ code: "TARGET_REFUSED" });
  });
});
