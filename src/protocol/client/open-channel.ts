import { MaskloomError } from "../../errors.ts";
import { withoutSecret } from "../../without-secret.ts";
import type { Channel, PeerAddress } from "./channel.ts";
import { createHttpChannel } from "./http-channel.ts";
import type { PeerItem } from "./peer-frame.ts";
import { createSocketChannel } from "./socket-channel.ts";

/** The service answers HTTP under another name than WebSocket; everybody else under the same. */
const HTTP_ADDRESSES: Readonly<Record<string, string>> = {
  "wss://ws-api.runware.ai/v1": "https://api.runware.ai/v1",
};

/**
 * The way to a peer: a WebSocket, and HTTP where that cannot be opened (proxies that let nothing else through); HTTP alone
 * where the address says so. Nothing is opened before it is needed.
 */
export function openChannel(address: PeerAddress): Channel {
  return discreet(openBare(address), address.key);
}

/** What the peer says of errors, or warns of, may repeat the key that it was sent; what is told further does not. */
function discreet(channel: Channel, key: string | undefined): Channel {
  const cleaned = (error: unknown): unknown => {
    if (!(error instanceof MaskloomError)) return error;
    const { code, message, retryAfterSeconds } = error;
    const clean = withoutSecret(message, key);
    if (clean === message) return error;
    return new MaskloomError(code, clean, retryAfterSeconds === undefined ? {} : { retryAfterSeconds });
  };
  return {
    async exchange(task, options) {
      try {
        const { items, errors } = await channel.exchange(task, options);
        return {
          items: items.map((item) => withDiscreetWarnings(item, key)),
          errors: errors.map((error) => ({ ...error, message: withoutSecret(error.message, key) })),
        };
      } catch (error) {
        throw cleaned(error);
      }
    },
    async greet(signal) {
      try {
        await channel.greet(signal);
      } catch (error) {
        throw cleaned(error);
      }
    },
    close: () => channel.close(),
  };
}

function withDiscreetWarnings(item: PeerItem, key: string | undefined): PeerItem {
  const { warnings } = item;
  if (!Array.isArray(warnings)) return item;
  const clean = warnings.map((warning) => (typeof warning === "string" ? withoutSecret(warning, key) : null));
  return { ...item, warnings: clean };
}

function openBare(address: PeerAddress): Channel {
  const { url } = address;
  if (url.startsWith("http")) return createHttpChannel(address);
  const socket = createSocketChannel(address);
  const http = createHttpChannel({ ...address, url: HTTP_ADDRESSES[url] ?? url.replace(/^ws/, "http") });
  /* Only what was certainly not sent may go the other way. */
  const orByHttp = async <T>(bySocket: () => Promise<T>, byHttp: () => Promise<T>): Promise<T> => {
    try {
      return await bySocket();
    } catch (error) {
      if (!(error instanceof MaskloomError) || error.code !== "PROVIDER_UNAVAILABLE") throw error;
      try {
        return await byHttp();
      } catch (second) {
        /* Where nobody is there at all, the first answer says it as well. */
        throw second instanceof MaskloomError && second.code === "PROVIDER_UNAVAILABLE" ? error : second;
      }
    }
  };
  return {
    exchange: (task, options) =>
      orByHttp(
        () => socket.exchange(task, options),
        () => http.exchange(task, options),
      ),
    greet: (signal) =>
      orByHttp(
        () => socket.greet(signal),
        () => http.greet(signal),
      ),
    async close() {
      await Promise.all([socket.close(), http.close()]);
    },
  };
}
