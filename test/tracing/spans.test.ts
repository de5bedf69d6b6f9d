import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { afterEach, beforeAll, expect, it } from "vitest";
import { createLogger } from "../../src/logging/log.ts";
import { createHttpChannel } from "../../src/protocol/client/http-channel.ts";
import {
  currentTrace,
  inSpan,
  openRequest,
  SpanKind,
  tellWait,
  traceIdOf,
  traceNewRun,
} from "../../src/tracing/spans.ts";
import { startHttpPeer } from "../inpainting/providers/http/http-peer.ts";

const untraced = { run: traceNewRun({}), log: currentTrace() };
const exporter = new InMemorySpanExporter();
beforeAll(() => {
  new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();
});
afterEach(() => exporter.reset());

const spans = () =>
  exporter.getFinishedSpans().map((span) => ({
    name: span.name,
    trace: span.spanContext().traceId,
    id: span.spanContext().spanId,
    parent: span.parentSpanContext?.spanId,
    span,
  }));
const named = (name: string) => spans().find((one) => one.name === name);

it("costs nothing and tells nothing where nothing is traced", () => {
  expect(untraced).toEqual({ run: null, log: {} });
  expect(traceIdOf(null)).toBeNull();
  expect(traceIdOf("no traceparent")).toBeNull();
});

it("leads from the request through the delivery and the attempt to the call, as processes apart do it", async () => {
  const request = openRequest("POST", {});
  let traceparent: string | null = null;
  request.run(() => {
    traceparent = traceNewRun({ "maskloom.run": "r" });
  });
  request.end("/api/runs", 202);
  /* From here on in a worker, which knows the run's row alone. */
  tellWait("delivery masking", 1_500, {}, traceparent);
  await inSpan("attempt imageInference", { within: traceparent }, () =>
    inSpan("call runware", { kind: SpanKind.CLIENT }, async () => undefined),
  );
  const traces = new Set(spans().map(({ trace }) => trace));
  expect([...traces]).toEqual([traceIdOf(traceparent)]);
  const created = named("run created");
  expect(created?.parent).toBe(named("POST /api/runs")?.id);
  expect(named("delivery masking")?.parent).toBe(created?.id);
  expect(named("attempt imageInference")?.parent).toBe(created?.id);
  expect(named("call runware")?.parent).toBe(named("attempt imageInference")?.id);
  const [seconds = 0, nanoseconds = 0] = named("delivery masking")?.span.duration ?? [];
  expect(seconds + nanoseconds / 1e9).toBeCloseTo(1.5, 1);
});

it("goes on with the trace that a request names, and with one of its own for a run that nobody asks for now", () => {
  const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  openRequest("GET", { traceparent: `00-${trace}-00f067aa0ba902b7-01` }).end("/api/runs", 200);
  expect(named("GET /api/runs")).toMatchObject({ trace, parent: "00f067aa0ba902b7" });
  const [first, second] = [traceNewRun({}), traceNewRun({})];
  expect(traceIdOf(first)).not.toBe(traceIdOf(second));
});

it("tells what failed, and hands the failure on", async () => {
  const failing = inSpan("attempt", {}, () => Promise.reject(new Error("no disk")));
  await expect(failing).rejects.toThrow("no disk");
  expect(named("attempt")?.span.status).toMatchObject({ code: 2, message: "no disk" });
  const request = openRequest("GET", {});
  request.end("/readyz", 503);
  expect(named("GET /readyz")?.span.status.code).toBe(2);
});

it("names the trace in lines of the log", async () => {
  const lines: string[] = [];
  const log = createLogger("info", "json", { write: (line) => lines.push(line) });
  await inSpan("attempt", {}, async () => log.info("within"));
  log.info("beside");
  const [within, beside] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(within).toMatchObject({ traceId: named("attempt")?.trace, spanId: named("attempt")?.id });
  expect(beside).not.toHaveProperty("traceId");
});

it("goes along with what is asked of another machine over HTTP, and with nothing where nothing is under way", async () => {
  const seen: (string | undefined)[] = [];
  const peer = await startHttpPeer(({ headers }) => {
    seen.push(headers["traceparent"] as string | undefined);
    return { json: { data: [{ taskType: "ping", pong: true }] } };
  });
  const channel = createHttpChannel({ who: "a peer", url: peer.url, key: undefined });
  const ask = () =>
    channel.exchange(
      { taskType: "ping", taskUUID: "p" },
      { signal: new AbortController().signal, answerMs: 10_000 },
    );
  await ask();
  await inSpan("call farm", { kind: SpanKind.CLIENT }, ask);
  await channel.close();
  await peer.close();
  const call = named("call farm");
  expect(seen).toEqual([undefined, `00-${call?.trace}-${call?.id}-01`]);
});
