/*
 * How this page proves who it is: the one place that knows. A key is kept for as long as the tab is open and sent as
 * Authorization, on the live connection as a subprotocol.
 */
import { LIVE_KEY_PREFIX, LIVE_PROTOCOL } from "../../../src/contracts/live-protocol.ts";

const STORED = "maskloom.key";
/** A cookie that scripts may read; where the server sets one, every change has to repeat it. */
const CSRF_COOKIE = "maskloom_csrf";

/** Null where none was given: on loopback none is needed. */
export function readKey(): string | null {
  try {
    return sessionStorage.getItem(STORED);
  } catch {
    return null;
  }
}

export function keepKey(key: string): void {
  sessionStorage.setItem(STORED, key);
}

export function forgetKey(): void {
  sessionStorage.removeItem(STORED);
}

/** @param key only for trying one out; otherwise the one that is kept */
export function credentials(method: string, key = readKey()): Record<string, string> {
  const token = method === "GET" ? undefined : readCookie(CSRF_COOKIE);
  return {
    ...(key === null ? {} : { authorization: `Bearer ${key}` }),
    ...(token === undefined ? {} : { "x-csrf-token": token }),
  };
}

export function socketProtocols(): string[] {
  const key = readKey();
  return key === null ? [LIVE_PROTOCOL] : [LIVE_PROTOCOL, LIVE_KEY_PREFIX + toBase64Url(key)];
}

function readCookie(name: string): string | undefined {
  const entry = document.cookie.split("; ").find((cookie) => cookie.startsWith(`${name}=`));
  return entry?.slice(name.length + 1);
}

function toBase64Url(text: string): string {
  const bytes = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
  return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
