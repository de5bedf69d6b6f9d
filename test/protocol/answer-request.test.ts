import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Caller } from "../../src/contracts/caller.ts";
import { answerRequest, failure, type HttpRequest } from "../../src/protocol/answer-request.ts";
import { createLoad } from "../../src/protocol/load.ts";
import { createEchoService } from "./echo-service.ts";
import { createGate, OTHER_OWNER, OWNER, settled } from "./protocol-fakes.ts";

const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const masking = (model: string, taskUUID: string = randomUUID()) => ({
  taskType: "imageMasking",
  taskUUID,
  model,
  inputImage: randomUUID(),
});
const key = (apiKey: unknown) => ({ taskType: "authentication", apiKey });
const CALLER: Caller = {
  owner: OWNER,
  keyId: null,
  role: "operator",
  limits: { requestsPerMinute: null, concurrency: null },
};

function open(given: Partial<HttpRequest> = {}, load = createLoad(1_000_000)) {
  const tasks = createEchoService();
  const gate = createGate();
  const gone = new AbortController();
  const deadline = new AbortController();
  const ask = (...elements: unknown[]) => askBytes(encode(elements));
  const askBytes = (bytes: Uint8Array) =>
    answerRequest(
      { tasks, gate, load, onFailure: () => undefined },
      {
        bytes,
        caller: CALLER,
        address: "127.0.0.1",
        task: { baseUrl: "http://localhost:1", dryRun: false, strict: false },
        signal: gone.signal,
        deadline: deadline.signal,
        ...given,
      },
    );
  return { ask, askBytes, tasks, gate, gone, deadline };
}

describe("an answer over HTTP", () => {
  it("has the results of all tasks, in their order, and no trace of errors", async () => {
    const { ask } = open();
    const [first, second] = [masking("three"), masking("echo")];
    const { status, body } = await ask(first, { taskType: "ping" }, second);
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(["data"]);
    expect(body.data.map((item) => item["taskUUID"] ?? item["pong"])).toEqual([
      ...Array(3).fill(first.taskUUID),
      true,
      second.taskUUID,
    ]);
  });

  it("has an error for each task that failed, the first one in the singular, and the results of its neighbours", async () => {
    const { ask } = open();
    const [good, bad] = [masking("echo"), masking("fail")];
    const { status, body } = await ask(bad, 7, good, { ...masking("echo"), confidence: 2 });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      data: [{ taskUUID: good.taskUUID }],
      errors: [
        { code: "providerError", taskUUID: bad.taskUUID },
        { code: "invalidTask" },
        { code: "invalidConfidence", parameter: "confidence", min: 0, max: 1 },
      ],
      error: { taskUUID: bad.taskUUID },
    });
  });

  it.each([
    [400, { ...masking("echo"), confidence: 2 }],
    [400, { taskType: "dreaming", taskUUID: randomUUID() }],
    [500, masking("reject")],
    [502, masking("fail")],
  ])("that is a failure has the status %i of its first error", async (status, task) => {
    const answer = await open().ask(task);
    expect(answer).toMatchObject({ status, body: { data: [], errors: [{ taskUUID: task.taskUUID }] } });
    expect(answer.body.error).toEqual(answer.body.errors?.[0]);
  });

  it("to a key alone is its check: a session, and no errors", async () => {
    const { body, status } = await open({ caller: null }).ask(key("good"));
    expect([status, Object.keys(body)]).toEqual([200, ["data"]]);
    expect(body.data).toEqual([
      { taskType: "authentication", connectionSessionUUID: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    ]);
  });

  it("to a key before tasks does not echo it, and performs them for its owner", async () => {
    const { body } = await open({ caller: null }).ask(key("other"), masking("echo"));
    expect(body.data).toMatchObject([{ taskType: "imageMasking", owner: OTHER_OWNER }]);
  });

  it.each([
    ["invalidApiKey", [key("wrong"), masking("echo")]],
    ["missingApiKey", [masking("echo")]],
    ["missingApiKey", [masking("echo"), key("good")]],
  ])("without a good key is %s, and nothing is performed", async (code, elements) => {
    const { ask, tasks } = open({ caller: null });
    const { status, headers, body } = await ask(...elements);
    expect([status, headers["www-authenticate"]]).toEqual([401, 'Bearer realm="maskloom"']);
    expect(body).toMatchObject({ data: [], errors: [{ code, taskType: "authentication" }], error: { code } });
    expect(tasks.contexts.size).toBe(0);
  });

  it("says when to come back where a limit was reached", async () => {
    const { status, headers } = await open({ caller: null }).ask(key("busy"), masking("echo"));
    expect([status, headers["retry-after"]]).toEqual([429, "42"]);
    const flooded = await open({ caller: null }).ask(key("flood"));
    expect([flooded.status, flooded.headers["retry-after"]]).toEqual([429, "9"]);
    const outage = await open({ caller: null }).ask(key("outage"));
    expect([outage.status, outage.body.error?.code]).toEqual([503, "serviceUnavailable"]);
  });

  it("refuses what there is no memory for, before it looks into it", async () => {
    const load = createLoad(100);
    load.take(50);
    const { status, body } = await open({}, load).askBytes(new Uint8Array(51));
    expect([status, body.error?.code]).toEqual([429, "rateLimitExceeded"]);
  });

  it.each([
    ["providerTimeout", 504, new DOMException("too long", "TimeoutError")],
    ["serviceUnavailable", 503, undefined],
  ])("is given when it must be, with %s for what is not done", async (code, status, reason) => {
    const { ask, deadline, tasks } = open();
    const held = masking("hold");
    const [alone, together] = [ask(held), ask(masking("hold"), masking("echo"))];
    await settled();
    deadline.abort(reason);
    expect(await alone).toMatchObject({
      status,
      body: { data: [], errors: [{ code, taskUUID: held.taskUUID }] },
    });
    expect(await together).toMatchObject({ status: 200, body: { data: [{}], errors: [{ code }] } });
    expect(tasks.contexts.get(held.taskUUID)?.signal.aborted).toBe(true);
  });

  it("to a client that left is not waited for", async () => {
    const { ask, gone, gate } = open();
    const answer = ask(masking("hold"));
    await settled();
    gone.abort();
    await answer;
    await settled();
    expect(gate.underWay()).toBe(0);
  });

  it("says when to come back only where waiting helps: not for a model that is not here", () => {
    const answerTo = (code: string) => failure({ code, message: "as it was told to" });
    expect(answerTo("serviceUnavailable")).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
    expect(answerTo("modelUnavailable").status).toBe(503);
    expect(answerTo("modelUnavailable").headers).not.toHaveProperty("retry-after");
  });

  it("to any bytes is an answer", async () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map((text) => new TextEncoder().encode(text)),
    );
    await fc.assert(
      fc.asyncProperty(anything, async (bytes) => {
        const { status, body } = await open().askBytes(bytes);
        expect([400, 404]).toContain(status);
        expect(body.error).toEqual(body.errors?.[0]);
      }),
      { numRuns: 200 },
    );
  });
});

it("a key that is no text is a wrong one, also where any would do", async () => {
  const { ask } = open();
  const { status, body } = await ask(key(5), masking("echo"));
  expect([status, body.error?.code, body.data]).toEqual([401, "invalidApiKey", []]);
});

it("a task that goes on after its answer counts as under way until it has ended", async () => {
  const { ask, gate, tasks } = open();
  const later = masking("later");
  const { body } = await ask(later);
  expect(body.data).toMatchObject([{ taskUUID: later.taskUUID }]);
  await settled();
  expect(gate.underWay()).toBe(1);
  tasks.letGo(later.taskUUID);
  await settled();
  expect(gate.underWay()).toBe(0);
});
