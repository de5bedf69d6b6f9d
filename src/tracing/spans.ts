import {
  type Attributes,
  type Context,
  context,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";

/* Spans of our own. Without an exporter (start-tracing.ts) all of it does nothing and costs next to nothing. */

const tracer = () => trace.getTracer("maskloom");

/** `traceparent` of W3C Trace Context, level 1, section 3.2: version, trace, span, flags. */
const TRACEPARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * A new run in the trace of whoever asks for it, or in one of its own.
 * @returns the run's `traceparent`, under which its tasks are; null where nothing is traced
 */
export function traceNewRun(attributes: Attributes): string | null {
  const span = tracer().startSpan("run created", { attributes });
  span.end();
  const carrier: Record<string, string> = {};
  propagation.inject(trace.setSpan(context.active(), span), carrier);
  return carrier["traceparent"] ?? null;
}

/** Null for what is none. */
export const traceIdOf = (traceparent: string | null): string | null =>
  TRACEPARENT.exec(traceparent ?? "")?.[1] ?? null;

interface SpanOptions {
  readonly attributes?: Attributes;
  readonly kind?: SpanKind;
  /** `traceparent` of what it is a part of; default: what is under way. */
  readonly within?: string | null;
}

/** Does `work` as a span: what is begun within it is part of it. A failure is the span's, too. */
export async function inSpan<T>(
  name: string,
  { attributes = {}, kind = SpanKind.INTERNAL, within }: SpanOptions,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const parent = within === undefined ? context.active() : contextOf(within);
  const span = tracer().startSpan(name, { attributes, kind }, parent);
  try {
    return await context.with(trace.setSpan(parent, span), () => work(span));
  } catch (error) {
    failSpan(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** What was waited for, told when it is over. */
export function tellWait(
  name: string,
  waitedMs: number,
  attributes: Attributes,
  within: string | null,
): void {
  const now = Date.now();
  const options = { attributes, kind: SpanKind.CONSUMER, startTime: now - waitedMs };
  tracer().startSpan(name, options, contextOf(within)).end(now);
}

/**
 * A request from its first to its last byte, in the trace that its headers name.
 * @returns what runs a handler within it, and what ends it once the route and the status are known
 */
export function openRequest(method: string, headers: Readonly<Record<string, unknown>>) {
  const parent = propagation.extract(ROOT_CONTEXT, headers);
  const attributes = { "http.request.method": method };
  const span = tracer().startSpan(method, { kind: SpanKind.SERVER, attributes }, parent);
  const within = trace.setSpan(parent, span);
  return {
    run: (work: () => void) => context.with(within, work),
    end(route: string, status: number) {
      span.updateName(`${method} ${route}`);
      span.setAttributes({ "http.route": route, "http.response.status_code": status });
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
  };
}

/** What a request to another machine says of what it is a part of; nothing where nothing is traced. */
export function outgoingTrace(): Readonly<Record<string, string>> {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier;
}

/** For lines of a log; nothing where nothing is traced. */
export function currentTrace(): { readonly traceId?: string; readonly spanId?: string } {
  const current = trace.getActiveSpan()?.spanContext();
  if (current === undefined || !isSpanContextValid(current)) return {};
  return { traceId: current.traceId, spanId: current.spanId };
}

function failSpan(span: Span, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  span.recordException(error instanceof Error ? error : message);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

const contextOf = (traceparent: string | null): Context =>
  traceparent === null ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, { traceparent });

export { SpanKind } from "@opentelemetry/api";
