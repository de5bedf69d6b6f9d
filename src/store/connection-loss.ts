import { setTimeout as sleep } from "node:timers/promises";
import { MaskloomError, toMaskloomError } from "../errors.ts";

/** Connection exceptions; an administrator's or a crash's shutdown, a server that starts; too many connections. */
const LOST = /^(08...|57P0[1-3]|53300)$/;
/** What a socket says of itself, and pg where nobody gave it a code. */
const SOCKET = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT"]);
const WORDS =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection)/;

/** Whether the database was out of reach, rather than refusing what it was asked. */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (LOST.test(code) || SOCKET.has(code) || WORDS.test(error.message)) return true;
  return "syscall" in error && error.syscall === "connect"; // the socket's file, say
}

const ASK_AGAIN_SECONDS = 1;

/** Any thrown value as a MaskloomError: a database that is out of reach is foreseen, and nothing of ours is broken. */
export function knowingOutages(thrown: unknown): MaskloomError {
  if (thrown instanceof MaskloomError || !isConnectionLost(thrown)) return toMaskloomError(thrown);
  const message = "the database does not answer; try again in a moment";
  const options = { cause: thrown, retryAfterSeconds: ASK_AGAIN_SECONDS };
  return new MaskloomError("ENGINE_UNAVAILABLE", message, options);
}

const RETRY_MS = 300;
/** A server that is restarted, or recovers from a crash, is back before; one that is gone is an error. */
const PATIENCE_MS = 60_000;

/**
 * Does `work` again while the database is out of reach, for a minute at most or until `signal` aborts. Only for what may be
 * done twice.
 */
export async function throughOutages<T>(
  work: () => Promise<T>,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<T> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isConnectionLost(error) || Date.now() > giveUpAt || signal?.aborted === true) throw error;
      await sleep(RETRY_MS, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
    }
  }
}
