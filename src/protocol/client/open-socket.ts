import { WebSocket } from "ws";
import { MaskloomError } from "../../errors.ts";
import type { PeerAddress } from "./channel.ts";
import { failureOfStatus, unreachable } from "./http-channel.ts";
import { failureOfPeer } from "./peer-failure.ts";
import { readFrame } from "./peer-frame.ts";

const OPEN_MS = 10_000;
const AUTHENTICATE_MS = 15_000;

/** What answers a WebSocket's beginning with one of these knows none, or stands before a peer and lets none through. */
const NO_UPGRADE = new Set([200, 400, 404, 405, 426, 501]);

/** There is something, and it speaks plain HTTP only: connecting again will not help, HTTP may. */
export class NoSocket extends MaskloomError {
  constructor(who: string, status: number) {
    super(
      "PROVIDER_UNAVAILABLE",
      `${who} answers ${status} where a WebSocket is to begin; is its url right?`,
    );
  }
}

interface OpenedSocket {
  readonly socket: WebSocket;
  readonly sessionUUID: string | undefined;
}

/**
 * Connects, and says who we are first of all.
 * @param session that of the connection before: what it did not get is sent again. A peer that does not take it, whatever it
 * says to it, is greeted once more without: what it has forgotten must not lock us out for as long as this process lives
 * @param signal ends the attempt, not the connection that came of it
 * @throws PROVIDER_UNAVAILABLE, or PROVIDER_REFUSED for a key that is not taken
 */
export async function openSocket(
  address: PeerAddress,
  session: string | undefined,
  mostBytes: number,
  signal: AbortSignal,
): Promise<OpenedSocket> {
  const { who, url } = address;
  const socket = new WebSocket(url, {
    handshakeTimeout: OPEN_MS,
    maxPayload: mostBytes,
    followRedirects: false,
    perMessageDeflate: false,
    headers: { "user-agent": "maskloom" },
  });
  const giveUp = () => socket.terminate();
  signal.addEventListener("abort", giveUp, { once: true });
  let isOpen = false;
  try {
    await opened(socket, who);
    isOpen = true;
    return { socket, sessionUUID: await authenticate(socket, address, session) };
  } catch (error) {
    socket.on("error", () => undefined);
    socket.terminate();
    if (!isOpen || session === undefined || signal.aborted) throw error;
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
  return openSocket(address, undefined, mostBytes, signal);
}

/** @returns the session that this connection is known by */
async function authenticate(
  socket: WebSocket,
  { who, key }: PeerAddress,
  session: string | undefined,
): Promise<string | undefined> {
  const authentication = {
    taskType: "authentication",
    apiKey: key ?? "",
    ...(session === undefined ? {} : { connectionSessionUUID: session }),
  };
  const first = firstFrame(socket, who);
  socket.send(JSON.stringify([authentication]));
  const { items, errors } = readFrame(await first, who);
  const [error] = errors;
  if (error !== undefined) throw failureOfPeer(error, who);
  const sessionUUID = items
    .map((item) => item["connectionSessionUUID"])
    .find((uuid) => typeof uuid === "string");
  return sessionUUID ?? session;
}

function opened(socket: WebSocket, who: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("open", () => resolve());
    socket.once("unexpected-response", (_request, response) => {
      const get = (name: string) => [response.headers[name] ?? null].flat()[0] ?? null;
      const status = response.statusCode ?? 500;
      response.resume();
      if (NO_UPGRADE.has(status)) return reject(new NoSocket(who, status));
      const failure = failureOfStatus(who, status, { get });
      /* Nothing was sent yet, whoever it is that answers so. */
      reject(failure.code === "CALL_OPEN" ? unavailable(failure.message, failure) : failure);
    });
    socket.once("error", (error) => reject(unreachable(who, error)));
  });
}

function firstFrame(socket: WebSocket, who: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () =>
        reject(
          unavailable(`${who}: it connects, but says nothing to our key within ${AUTHENTICATE_MS / 1000} s`),
        ),
      AUTHENTICATE_MS,
    );
    const end = (finish: () => void) => {
      clearTimeout(timer);
      finish();
    };
    socket.once("message", (data: Buffer) => end(() => resolve(data.toString("utf8"))));
    socket.once("close", (code) =>
      end(() => reject(unavailable(`${who}: it closes the connection (${code}) instead of taking our key`))),
    );
  });
}

function unavailable(message: string, cause?: unknown): MaskloomError {
  return new MaskloomError("PROVIDER_UNAVAILABLE", message, cause === undefined ? {} : { cause });
}
