import { ExponentialBackoff, handleWhen, retry } from "cockatiel";
import type { WebSocket } from "ws";
import { hasCode, MaskloomError } from "../../errors.ts";
import {
  type Channel,
  type ExchangeOptions,
  MOST_FRAME_BYTES,
  type PeerAddress,
  type PeerTask,
  tooLarge,
} from "./channel.ts";
import { NoSocket, openSocket } from "./open-socket.ts";
import { failureOfPeer } from "./peer-failure.ts";
import { type PeerFrame, readFrame } from "./peer-frame.ts";
import { waited } from "./waited.ts";

/** The service closes what is silent for 120 s. */
const PING_MS = 30_000;
/** Nothing heard for so long although we ask: the other end is gone. */
const SILENCE_MS = 100_000;
const RECONNECTS = 3;
/** For all tries to connect, where nothing is to be sent yet. */
const GREETING_MS = 60_000;
/** Doubling, spread by chance, so that a farm of workers does not come back all at once. */
const BACKOFF = { initialDelay: 250, maxDelay: 8_000 };

interface Waiting {
  readonly resolve: (frame: PeerFrame) => void;
  readonly reject: (error: unknown) => void;
}

interface Open {
  readonly socket: WebSocket;
  readonly stop: () => void;
}

/**
 * One connection for everything that this process asks of a peer: opened at first need, kept alive, opened again with the
 * session that it had. What was sent and not answered when it breaks is told to be open, never sent again from here.
 */
export function createSocketChannel(address: PeerAddress): Channel {
  const { who } = address;
  const waiting = new Map<string, Waiting>();
  let session: string | undefined;
  let opening: Promise<Open> | undefined;
  const closing = new AbortController();

  const failAll = (error: MaskloomError): void => {
    for (const [uuid, { reject }] of [...waiting]) {
      waiting.delete(uuid);
      reject(error);
    }
  };
  const receive = (text: string): void => {
    try {
      dispatch(readFrame(text, who), waiting, who);
    } catch (error) {
      /* Not of the protocol: whoever waits learns of it, since nobody can say whose answer it was. */
      failAll(
        error instanceof MaskloomError ? asOpen(error) : new MaskloomError("CALL_OPEN", `${who}: ${error}`),
      );
    }
  };
  const connect = async (): Promise<Open> => {
    const { socket, sessionUUID } = await openSocket(address, session, MOST_FRAME_BYTES, closing.signal);
    session = sessionUUID;
    const stop = keepAlive(socket);
    socket.on("message", (data: Buffer) => receive(data.toString("utf8")));
    socket.on("error", (error) => {
      /* The close that follows says the rest. Of one that waits alone it is known whose answer it was. */
      const [only, ...others] = [...waiting];
      if (!hasCode(error, "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH") || only === undefined || others.length > 0)
        return;
      waiting.delete(only[0]);
      only[1].reject(tooLarge(who));
    });
    socket.on("close", (code) => {
      stop();
      opening = undefined;
      failAll(new MaskloomError("CALL_OPEN", `${who}: the connection closed (${code}) before it answered`));
    });
    return { socket, stop };
  };
  /* Those that need it at the same time share one attempt: it belongs to none of them, so none can cancel it. */
  const open = (): Promise<Open> => {
    if (closing.signal.aborted)
      throw new MaskloomError("PROVIDER_UNAVAILABLE", `${who}: its connection is closed for good`);
    if (opening !== undefined) return opening;
    const policy = retry(handleWhen(isUnavailable), {
      maxAttempts: RECONNECTS,
      backoff: new ExponentialBackoff(BACKOFF),
    });
    const attempt = policy.execute(connect, closing.signal);
    opening = attempt;
    attempt.catch(() => {
      if (opening === attempt) opening = undefined;
    });
    return attempt;
  };

  return {
    async exchange(task: PeerTask, options) {
      const { signal, answerMs } = options;
      const { socket } = await waited(open(), signal, answerMs, () => late(who, answerMs));
      return await answerTo(socket, task, waiting, who, options);
    },
    async greet(signal) {
      await waited(open(), signal, GREETING_MS, () => late(who, GREETING_MS));
    },
    async close() {
      closing.abort();
      const current = opening;
      opening = undefined;
      const connection = await current?.catch(() => undefined);
      connection?.stop();
      connection?.socket.terminate();
      failAll(new MaskloomError("CALL_OPEN", `${who}: closed while an answer was awaited`));
    },
  };
}

const late = (who: string, waitMs: number): MaskloomError =>
  new MaskloomError("PROVIDER_UNAVAILABLE", `${who}: no connection within ${waitMs / 1000} s`);

const isUnavailable = (error: Error): boolean =>
  error instanceof MaskloomError &&
  error.code === "PROVIDER_UNAVAILABLE" &&
  !(error instanceof NoSocket) &&
  error.retryAfterSeconds === undefined;

function asOpen({ message }: MaskloomError): MaskloomError {
  return new MaskloomError("CALL_OPEN", message);
}

/** Frames of any number of tasks, in any order, twice or not at all: each goes to whoever waits for it. */
function dispatch({ items, errors }: PeerFrame, waiting: Map<string, Waiting>, who: string): void {
  const uuids = new Set([...items, ...errors].flatMap(({ taskUUID }) => taskUUID ?? []));
  for (const uuid of uuids) {
    const one = waiting.get(uuid);
    if (one === undefined) continue; // nobody waits any more: it is asked for again where it matters
    waiting.delete(uuid);
    const isIts = ({ taskUUID }: { readonly taskUUID?: string | undefined }) => taskUUID === uuid;
    one.resolve({ items: items.filter(isIts), errors: errors.filter(isIts) });
  }
  const stray = errors.find(({ taskUUID }) => taskUUID === undefined);
  const [only, ...others] = [...waiting];
  if (stray === undefined || only === undefined || others.length > 0) return;
  const [uuid, { reject }] = only;
  waiting.delete(uuid);
  reject(failureOfPeer(stray, who));
}

function answerTo(
  socket: WebSocket,
  task: PeerTask,
  waiting: Map<string, Waiting>,
  who: string,
  { signal, answerMs }: ExchangeOptions,
): Promise<PeerFrame> {
  const { taskUUID } = task;
  return new Promise<PeerFrame>((resolve, reject) => {
    const late = () =>
      settle(() => reject(new MaskloomError("CALL_OPEN", `${who}: no answer within ${answerMs / 1000} s`)));
    const timer = setTimeout(late, answerMs);
    const cancel = () => settle(() => reject(signal.reason));
    const settle = (end: () => void) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", cancel);
      waiting.delete(taskUUID);
      end();
    };
    waiting.set(taskUUID, {
      resolve: (frame) => settle(() => resolve(frame)),
      reject: (error) => settle(() => reject(error)),
    });
    signal.addEventListener("abort", cancel, { once: true });
    if (signal.aborted) return cancel();
    socket.send(JSON.stringify([task]), (error) => {
      if (error !== undefined && error !== null)
        settle(() =>
          reject(
            new MaskloomError("CALL_OPEN", `${who}: the connection broke while sending`, { cause: error }),
          ),
        );
    });
  });
}

function keepAlive(socket: WebSocket): () => void {
  let heardAt = performance.now();
  socket.on("message", () => {
    heardAt = performance.now();
  });
  const timer = setInterval(() => {
    if (performance.now() - heardAt > SILENCE_MS) return socket.terminate();
    socket.send(JSON.stringify([{ taskType: "ping", ping: true }]), () => undefined);
  }, PING_MS);
  timer.unref();
  return () => clearInterval(timer);
}
