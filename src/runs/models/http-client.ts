import { setTimeout as wait } from "node:timers/promises";
import { EnvHttpProxyAgent, fetch, type Response } from "undici";
import { z } from "zod";

/** A server that says nothing for so long is given up for this request. */
const SILENCE_MS = 60_000;
const CONNECT_MS = 15_000;
/** What a server may ask to wait before a person would rather come back later. */
const MAX_WAIT_MS = 120_000;

interface FailureFacts extends ErrorOptions {
  readonly passing?: boolean;
  readonly retryAfterMs?: number | null;
}

/** Why one request brought no file, or not all of it. */
export class DownloadFailure extends Error {
  override readonly name = "DownloadFailure";
  /** Whether asking again may help. */
  readonly passing: boolean;
  /** What the server asked to wait; null where it said nothing. */
  readonly retryAfterMs: number | null;

  constructor(message: string, { passing = false, retryAfterMs = null, cause }: FailureFacts = {}) {
    super(message, { cause });
    this.passing = passing;
    this.retryAfterMs = retryAfterMs;
  }
}

/** A promising answer, its body not yet read: the whole file, a part of it, or that there is no such part. */
export interface Answer {
  readonly status: 200 | 206 | 416;
  /** Content-Length; null where there is none. */
  readonly length: number | null;
  readonly contentRange: string | null;
  readonly body: AsyncIterable<Uint8Array>;
  cancel(): Promise<void>;
}

export interface HttpClient {
  /** Follows redirects. Throws DownloadFailure for every other answer and where there is none. */
  get(url: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer>;
  pause(milliseconds: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Goes through HTTPS_PROXY and HTTP_PROXY, except to what NO_PROXY names. */
export function createHttpClient(): HttpClient {
  const dispatcher = new EnvHttpProxyAgent({
    bodyTimeout: SILENCE_MS,
    headersTimeout: SILENCE_MS,
    connect: { timeout: CONNECT_MS },
  });
  return {
    async get(url, headers, signal) {
      // Compressed, the bytes could be neither counted nor continued.
      const all = { "accept-encoding": "identity", "user-agent": "maskloom", ...headers };
      const response = await fetch(url, { headers: all, signal, dispatcher }).catch((error: unknown) => {
        throw unreachable(error, url);
      });
      return await answerOf(response);
    },
    async pause(milliseconds, signal) {
      await wait(Math.min(milliseconds, MAX_WAIT_MS), undefined, { signal });
    },
    close: () => dispatcher.destroy(),
  };
}

/** Reads a body to its end; a connection that breaks meanwhile may be made again. */
export async function readAnswer(
  { body }: Answer,
  read: (body: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<void> {
  await read(withPassingFailures(body));
}

async function* withPassingFailures(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw new DownloadFailure(`the connection broke: ${reasonOf(error)}`, { passing: true, cause: error });
  }
}

/** `bytes 100-999/1000` or `bytes 100-999/*`; null where it is neither. */
export function rangeOf({ contentRange }: Answer): { from: number; total: number | null } | null {
  const [, from, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(contentRange ?? "") ?? [];
  if (from === undefined || total === undefined) return null;
  return { from: Number(from), total: total === "*" ? null : Number(total) };
}

async function answerOf(response: Response): Promise<Answer> {
  const { status, headers, body } = response;
  if ((status !== 200 && status !== 206 && status !== 416) || body === null) {
    await body?.cancel();
    throw refusal(status, headers.get("retry-after"));
  }
  const length = headers.get("content-length");
  return {
    status,
    length: length === null ? null : Number(length),
    contentRange: headers.get("content-range"),
    body,
    cancel: () => body.cancel(),
  };
}

function refusal(status: number, retryAfter: string | null): DownloadFailure {
  const passing = status === 408 || status === 429 || status >= 500;
  const ms = passing ? waitOf(retryAfter) : null;
  if (ms !== null && ms > MAX_WAIT_MS) {
    return new DownloadFailure(
      `it answers ${status} and asks to come back in ${Math.ceil(ms / 60_000)} minutes`,
    );
  }
  return new DownloadFailure(`it answers ${status}`, { passing, retryAfterMs: ms });
}

/** Seconds, or a date. */
function waitOf(retryAfter: string | null): number | null {
  if (retryAfter === null) return null;
  const ms = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - Date.now();
  return Number.isNaN(ms) ? null : Math.max(0, ms);
}

function unreachable(error: unknown, url: string): DownloadFailure {
  const { origin } = new URL(url);
  return new DownloadFailure(`${origin} cannot be reached: ${reasonOf(error)}`, {
    passing: true,
    cause: error,
  });
}

const SystemError = z.object({ code: z.string() });

/** fetch itself only says that it failed; what failed is the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return reasonOf(error.cause);
  const { code } = SystemError.safeParse(error).data ?? {};
  return code === undefined || error.message.includes(code) ? error.message : `${code} ${error.message}`;
}
