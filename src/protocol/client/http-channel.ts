import { Agent, EnvHttpProxyAgent, fetch, type Response } from "undici";
import { connectionFact, connectionRemedy, neverSent, retryAfterSeconds } from "../../connection-failure.ts";
import { MaskloomError } from "../../errors.ts";
import { outgoingTrace } from "../../tracing/spans.ts";
import {
  type Channel,
  type ExchangeOptions,
  MOST_FRAME_BYTES,
  type PeerAddress,
  type PeerTask,
  tooLarge,
} from "./channel.ts";
import { failureOfPeer } from "./peer-failure.ts";
import { type PeerFrame, readFrame } from "./peer-frame.ts";

const CONNECT_MS = 10_000;
/** Each exchange is a request of its own: an array of one task, answered once. */
export function createHttpChannel({ who, url, key }: PeerAddress): Channel {
  const options = { headersTimeout: 0, bodyTimeout: 0, connect: { timeout: CONNECT_MS } };
  const isLoopback = /^(localhost|127\.|\[::1\])/.test(new URL(url).hostname);
  const dispatcher = isLoopback ? new Agent(options) : new EnvHttpProxyAgent(options);
  const headers = {
    "content-type": "application/json",
    "user-agent": "maskloom",
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
  };

  const post = async (body: unknown, { signal, answerMs }: ExchangeOptions): Promise<PeerFrame> => {
    const timer = AbortSignal.timeout(answerMs);
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { ...headers, ...outgoingTrace() },
        body: JSON.stringify(body),
        signal: AbortSignal.any([signal, timer]),
        redirect: "manual",
        dispatcher,
      });
      return await readAnswer(response, who);
    } catch (error) {
      throw failureOf(error, who, signal, timer.aborted ? answerMs : null);
    }
  };

  return {
    exchange: (task: PeerTask, options) => post([task], options),
    async greet(signal) {
      const { errors } = await post([{ taskType: "authentication", apiKey: key ?? "" }], {
        signal,
        answerMs: 15_000,
      });
      const [error] = errors;
      if (error !== undefined) throw failureOfPeer(error, who);
    },
    close: () => dispatcher.destroy(),
  };
}

async function readAnswer(response: Response, who: string): Promise<PeerFrame> {
  const { status, headers } = response;
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    const chunk: Uint8Array = part;
    bytes += chunk.byteLength;
    if (bytes > MOST_FRAME_BYTES) throw tooLarge(who);
    parts.push(chunk);
  }
  const text = Buffer.concat(parts).toString("utf8");
  if (status >= 300 && status < 400) throw failureOfStatus(who, status, headers);
  if (response.ok) return readFrame(text, who);
  const frame = framed(text, who);
  if (frame === null || frame.errors.length === 0) throw failureOfStatus(who, status, headers);
  const after = retryAfterSeconds(headers.get("retry-after"));
  if (after === null) return frame;
  return {
    ...frame,
    errors: frame.errors.map((error) => ({ ...error, context: { retryAfterSeconds: after } })),
  };
}

function framed(text: string, who: string): PeerFrame | null {
  try {
    return readFrame(text, who);
  } catch {
    return null;
  }
}

/** Of an answer that is none of the protocol's: a proxy's, say. Whether the peer got the task is not known behind a gateway. */
export function failureOfStatus(
  who: string,
  status: number,
  headers: { get(name: string): string | null },
): MaskloomError {
  const after = retryAfterSeconds(headers.get("retry-after"));
  const more = after === null ? {} : { retryAfterSeconds: after };
  if (status === 429 || status === 503) {
    return new MaskloomError("PROVIDER_UNAVAILABLE", `${who} answers ${status}: it is busy`, more);
  }
  if (status >= 500) {
    return new MaskloomError("CALL_OPEN", `${who}, or what stands before it, answers ${status}`, more);
  }
  const remedy =
    status < 400
      ? "; redirects are not followed: set the provider's url to where it really is"
      : status === 401 || status === 403
        ? "; check the environment variable that holds its key"
        : "";
  return new MaskloomError("PROVIDER_REFUSED", `${who} answers ${status}${remedy}`);
}

function failureOf(error: unknown, who: string, signal: AbortSignal, lateMs: number | null): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof MaskloomError) return error;
  if (lateMs !== null)
    return new MaskloomError("CALL_OPEN", `${who}: no answer within ${lateMs / 1000} s`, { cause: error });
  const fact = connectionFact(error);
  if (neverSent(error)) return unreachable(who, error);
  return new MaskloomError("CALL_OPEN", `${who}: the connection broke (${fact})`, { cause: error });
}

/** Nothing was sent, since there was nobody to send it to. */
export function unreachable(who: string, error: unknown): MaskloomError {
  const remedy = connectionRemedy(error);
  return new MaskloomError(
    "PROVIDER_UNAVAILABLE",
    `${who}: it cannot be reached (${connectionFact(error)})${remedy}`,
    { cause: error },
  );
}
