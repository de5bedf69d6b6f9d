import { z } from "zod";
import { type ErrorCode, MaskloomError } from "../../../errors.ts";

/** What an answer other than 2xx means; whatever is not listed follows from its hundreds. */
const CODES: Readonly<Record<number, ErrorCode>> = {
  408: "PROVIDER_UNAVAILABLE",
  425: "PROVIDER_UNAVAILABLE",
  429: "PROVIDER_UNAVAILABLE",
  502: "PROVIDER_UNAVAILABLE",
  503: "PROVIDER_UNAVAILABLE",
  504: "PROVIDER_UNAVAILABLE",
};

/** Before anything was sent: the request cannot have reached anybody. */
const NOT_CONNECTED = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** More of a stranger's text helps nobody. */
const LONGEST_DETAIL = 400;

/** The error that a status stands for. @param detail what the provider says, in its own words */
export function failureOfStatus(
  who: string,
  status: number,
  detail: string,
  headers: { get(name: string): string | null },
): MaskloomError {
  const code = CODES[status] ?? (status >= 500 ? "PROVIDER_FAILED" : "PROVIDER_REFUSED");
  const said = detail === "" ? "" : `: ${shorten(detail)}`;
  const seconds = retryAfterSeconds(headers.get("retry-after"));
  return new MaskloomError(code, `${who} answers ${status}${said}${remedyOf(status, headers)}`, {
    ...(seconds === null ? {} : { retryAfterSeconds: seconds }),
  });
}

function remedyOf(status: number, headers: { get(name: string): string | null }): string {
  if (status === 401 || status === 403) {
    return "; put user:password, or a key, into an environment variable and its name into the provider's keyFrom";
  }
  if (status < 300 || status >= 400) return "";
  const target = headers.get("location");
  return `; redirects${target === null ? "" : ` (here to ${shorten(target)})`} are not followed: set the provider's url to where it really is`;
}

/** Seconds, or a date; null where nothing can be read. */
function retryAfterSeconds(text: string | null): number | null {
  if (text === null) return null;
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : null;
}

/** Whether a failed request certainly never reached the other side. */
export function neverSent(error: unknown): boolean {
  return codesOf(error).some((code) => NOT_CONNECTED.has(code) || /TLS|CERT|SSL|SELF_SIGNED/.test(code));
}

/** What was wrong with a connection, in Node's words; fetch itself only says that it failed. */
export function connectionFact(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return connectionFact(error.cause);
  const [code] = codesOf(error);
  return code === undefined || error.message.includes(code) ? error.message : `${code} ${error.message}`;
}

const Coded = z.object({ code: z.string() });

function codesOf(error: unknown): string[] {
  const { code } = Coded.safeParse(error).data ?? {};
  const deeper = error instanceof Error && error.cause !== undefined ? codesOf(error.cause) : [];
  const several = error instanceof AggregateError ? error.errors.flatMap(codesOf) : [];
  return [...(code === undefined ? [] : [code]), ...deeper, ...several];
}

export function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length <= LONGEST_DETAIL ? line : `${line.slice(0, LONGEST_DETAIL)}…`;
}
