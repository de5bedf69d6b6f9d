import { ApiError, type PageErrorCode, readFailure } from "./api-error.ts";
import { csrfHeaders } from "./csrf.ts";
import { readLines } from "./read-lines.ts";

const NO_CONTENT = 204;

type QueryValue = string | number | boolean | null | undefined;

export interface RequestOptions {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Left out where null, undefined or empty. */
  readonly query?: Readonly<Record<string, QueryValue>>;
  /** JSON, or a form as it is. */
  readonly body?: unknown;
  /** Makes a change happen once, however often it is sent. */
  readonly idempotencyKey?: string;
  /** For signing in; afterwards a cookie stands for it. */
  readonly key?: string;
  readonly signal?: AbortSignal;
  /** Arrives also where the page is left meanwhile, as far as browsers do that: 64 KiB of all such requests together. */
  readonly isLast?: boolean;
}

/**
 * The one way this page talks to the API. The type is what the server's own contract says of the route; answers are not
 * parsed again, because page and server are of one build.
 * @throws ApiError with the server's code and message, or OFFLINE
 */
export async function request<Answer>(path: string, options: RequestOptions = {}): Promise<Answer> {
  const response = await send(path, options);
  if (response.status === NO_CONTENT) return undefined as Answer;
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok || body === undefined) {
    throw readFailure(response.status, body, response.headers.get("x-request-id"));
  }
  return body as Answer;
}

/** The same for an answer that is a file. @throws ApiError as `request` */
export async function requestFile(
  path: string,
  options: RequestOptions = {},
): Promise<{ readonly content: Blob; readonly name: string }> {
  const response = await send(path, options);
  if (!response.ok) {
    const body: unknown = await response.json().catch(() => undefined);
    throw readFailure(response.status, body, response.headers.get("x-request-id"));
  }
  const [, name = "download"] =
    /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "") ?? [];
  return {
    name,
    content: await response.blob().catch(() => {
      throw offline();
    }),
  };
}

/**
 * The same for an answer that comes line by line, each of them JSON.
 * @throws ApiError as `request`; OFFLINE also where the answer breaks off
 */
export async function* requestLines<Line>(path: string, options: RequestOptions = {}): AsyncGenerator<Line> {
  const response = await send(path, options);
  if (!response.ok || response.body === null) {
    const body: unknown = await response.json().catch(() => undefined);
    throw readFailure(response.status, body, response.headers.get("x-request-id"));
  }
  try {
    for await (const line of readLines(response.body)) yield JSON.parse(line) as Line;
  } catch (error) {
    throw options.signal?.aborted === true ? error : offline();
  }
}

async function send(path: string, options: RequestOptions): Promise<Response> {
  const { method = "GET", query = {}, body, idempotencyKey, key, signal, isLast } = options;
  const isJson = body !== undefined && !(body instanceof FormData);
  const headers = {
    ...csrfHeaders(method),
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    ...(isJson ? { "content-type": "application/json" } : {}),
    ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
  };
  const content = isJson ? JSON.stringify(body) : (body as FormData | undefined);
  const kept = isLast === true && typeof content === "string" ? new Blob([content]).size : 0;
  /* With more than that a browser refuses the whole request; without it, it is at least tried. */
  const isKept = kept > 0 && keptBytes + kept <= MOST_KEPT_BYTES;
  keptBytes += isKept ? kept : 0;
  try {
    return await fetch(path + searchOf(query), {
      method,
      headers,
      ...(content === undefined ? {} : { body: content }),
      ...(signal === undefined ? {} : { signal }),
      ...(isKept ? { keepalive: true } : {}),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw method === "GET" ? offline() : unanswered();
  } finally {
    keptBytes -= isKept ? kept : 0;
  }
}

const MOST_KEPT_BYTES = 64 * 1024;
/** Of requests under way that outlive the page. */
let keptBytes = 0;

function offline(): ApiError {
  return new ApiError({
    status: 0,
    code: "OFFLINE" satisfies PageErrorCode,
    message: "the server does not answer; this page goes on by itself as soon as it does",
  });
}

/** A change that was asked for is not asked for again by itself. */
function unanswered(): ApiError {
  return new ApiError({
    status: 0,
    code: "OFFLINE" satisfies PageErrorCode,
    message: "the server does not answer; once it is there again, see whether this was done, or do it again",
  });
}

/** What is asked for in an address, `?` included; empty where nothing. */
export function searchOf(query: Readonly<Record<string, QueryValue>>): string {
  const entries = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === null || value === "" ? [] : [[name, String(value)]],
  );
  return entries.length === 0 ? "" : `?${new URLSearchParams(entries)}`;
}
