import { Agent, fetch, type RequestInit, type Response } from "undici";
import { MaskloomError } from "../../errors.ts";
import { Lanes } from "../lanes.ts";
import { guardedConnector, type ResolveName, resolveName } from "./guarded-connector.ts";
import { createTargetGuard } from "./target-guard.ts";

/** Talks to addresses that callers gave: fetches their pictures, sends results where they want them. */
export interface OutsideClient {
  /**
   * What a URL answers with, whole. Follows a few redirects, each one checked like the first.
   * @throws TARGET_REFUSED for an address that is not public, IMAGE_TOO_LARGE beyond `mostBytes`, FETCH_FAILED for
   * everything else that brings no bytes, CANCELLED when the signal fires
   */
  download(url: string, options: DownloadOptions): Promise<Uint8Array>;
  /**
   * One request, whatever its answer's status; a redirect is not followed, since what is sent was meant for this address.
   * @throws TARGET_REFUSED, FETCH_FAILED where there is no answer in time, CANCELLED
   */
  send(url: string, message: OutsideMessage): Promise<OutsideAnswer>;
  close(): Promise<void>;
}

interface DownloadOptions {
  readonly mostBytes: number;
  readonly signal: AbortSignal;
  /** Whose it is: one whose downloads take long keeps no other's waiting. Default: the machine's that it comes from. */
  readonly lane?: string;
}

export interface OutsideMessage {
  readonly method: "PUT" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** How much of the answer is wanted, in bytes; the rest of a longer one is left out. Default: nothing of it. */
  readonly mostBytes?: number;
}

interface OutsideAnswer {
  readonly status: number;
  /** Its body, where one was wanted. */
  readonly answered?: Answered;
}

interface Answered {
  readonly bytes: Uint8Array;
  /** Whether there was more of it. */
  readonly isCut: boolean;
}

export interface OutsideSettings {
  /** Beyond the public internet: see `createTargetGuard`. */
  readonly allowedTargets: readonly string[];
  /** For a whole download. */
  readonly fetchMs: number;
  readonly resolve?: ResolveName;
}

const MOST_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** Who is slow to answer anew need not be connected to anew; nobody's connections are kept for long. */
const KEEP_ALIVE_MS = 4_000;
/** Each download may hold a whole picture in memory. */
const DOWNLOADS = { most: 32, mostPerLane: 16 };
/** To one machine: as many as there are downloads, so that one owner's slow ones leave some to the others. */
const MOST_CONNECTIONS = DOWNLOADS.most;
const HEADERS = { "user-agent": "maskloom", accept: "image/png, image/jpeg, image/webp, */*;q=0.5" };

export function createOutsideClient(settings: OutsideSettings): OutsideClient {
  const { allowedTargets, fetchMs, resolve = resolveName } = settings;
  const dispatcher = new Agent({
    connect: guardedConnector(createTargetGuard(allowedTargets), resolve),
    connections: MOST_CONNECTIONS,
    keepAliveTimeout: KEEP_ALIVE_MS,
  });

  const ask = async (
    url: string,
    init: RequestInit,
    timeoutMs: number,
    caller: AbortSignal,
  ): Promise<Response> => {
    checkUrl(url);
    return fetch(url, { ...init, redirect: "manual", dispatcher }).catch((error: unknown) => {
      throw failureOf(error, url, timeoutMs, caller);
    });
  };

  const lanes = new Lanes(DOWNLOADS);
  const download = async (url: string, { mostBytes, signal }: DownloadOptions): Promise<Uint8Array> => {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(fetchMs)]);
    let address = url;
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      // Compressed, the bytes that were promised would say nothing of those that come.
      const headers = { ...HEADERS, "accept-encoding": "identity" };
      const response = await ask(address, { headers, signal: limited }, fetchMs, signal);
      const location = REDIRECTS.has(response.status) ? response.headers.get("location") : null;
      if (location === null) {
        return await readBytes(response, address, mostBytes).catch((error: unknown) => {
          throw failureOf(error, address, fetchMs, signal);
        });
      }
      await response.body?.cancel();
      if (!URL.canParse(location, address)) throw failed(address, "it redirects to what is no URL");
      address = new URL(location, address).href;
    }
    throw failed(url, `it redirects more than ${MOST_REDIRECTS} times`);
  };

  return {
    download: (url, options) => lanes.run(options.lane ?? hostOf(url), () => download(url, options)),
    async send(url, { method, headers, body, timeoutMs, signal, mostBytes = 0 }) {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      const init = { method, headers: { "user-agent": "maskloom", ...headers }, body, signal: limited };
      const response = await ask(url, init, timeoutMs, signal);
      const { status } = response;
      if (response.body === null || mostBytes === 0) {
        await response.body?.cancel();
        return { status };
      }
      const answered = await readUpTo(response.body, mostBytes).catch((error: unknown) => {
        throw failureOf(error, url, timeoutMs, signal);
      });
      return { status, answered };
    },
    close: () => dispatcher.destroy(),
  };
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : "");

function checkUrl(url: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const fault =
    parsed === null || !/^https?:$/.test(parsed.protocol)
      ? "expected an address that begins with http:// or https://"
      : parsed.username !== "" || parsed.password !== ""
        ? "expected an address without a name and a password in it"
        : null;
  if (fault !== null) throw new MaskloomError("TARGET_REFUSED", `${nameOf(url)}: ${fault}`);
}

async function readBytes(response: Response, url: string, mostBytes: number): Promise<Uint8Array> {
  const { status, headers, body } = response;
  const promised = Number(headers.get("content-length") ?? 0);
  if (status !== 200 || body === null || promised > mostBytes) {
    await body?.cancel();
    throw status === 200 && body !== null ? tooLarge(url, mostBytes) : failed(url, `it answers ${status}`);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > mostBytes) throw tooLarge(url, mostBytes); // leaving the loop ends the connection
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function readUpTo(body: NonNullable<Response["body"]>, mostBytes: number): Promise<Answered> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes > mostBytes) break; // leaving the loop ends the connection
  }
  return { bytes: Buffer.concat(chunks).subarray(0, mostBytes), isCut: bytes > mostBytes };
}

function tooLarge(url: string, mostBytes: number): MaskloomError {
  return new MaskloomError(
    "IMAGE_TOO_LARGE",
    `${nameOf(url)}: it sends more than ${(mostBytes / 2 ** 20).toFixed(1)} MiB, which is the limit`,
  );
}

function failureOf(error: unknown, url: string, timeoutMs: number, caller: AbortSignal): MaskloomError {
  const own = ownError(error);
  if (own !== null) return own;
  if (caller.aborted)
    return new MaskloomError("CANCELLED", `${nameOf(url)}: the request was cancelled`, { cause: error });
  const isLate = error instanceof Error && error.name === "TimeoutError";
  return failed(url, isLate ? `it took longer than ${timeoutMs / 1000} s` : reasonOf(error), error);
}

const failed = (url: string, fact: string, cause?: unknown): MaskloomError =>
  new MaskloomError("FETCH_FAILED", `${nameOf(url)}: ${fact}`, { cause });

/** fetch wraps what the connector threw. */
function ownError(error: unknown): MaskloomError | null {
  if (error instanceof MaskloomError) return error;
  return error instanceof Error && error.cause !== undefined ? ownError(error.cause) : null;
}

/** Where the caller's own words are repeated, a query may hold a secret. */
function nameOf(url: string): string {
  if (!URL.canParse(url)) return JSON.stringify(url.slice(0, 100));
  const { origin, pathname, protocol, host } = new URL(url);
  return `${origin === "null" ? `${protocol}//${host}` : origin}${pathname}`.slice(0, 200);
}

/** The code alone: the message of a failed connection holds the address that the name leads to. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "it cannot be reached";
  if (error.cause instanceof Error) return reasonOf(error.cause);
  const code = "code" in error && typeof error.code === "string" ? ` (${error.code})` : "";
  return `it cannot be reached${code}`;
}
