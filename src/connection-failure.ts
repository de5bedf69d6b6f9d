import { z } from "zod";

/* What is said, and done, about a connection to another machine that did not come about, or broke. */

const UNREACHED = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;
/** OpenSSL's words for a certificate that nobody here vouches for, or that is another's. */
const UNTRUSTED = /CERT|^UNABLE_TO_/;
const NO_TLS = /SSL|TLS|^EPROTO$/;
/** fetch itself refuses some ports, without a code. */
const BAD_PORT = "bad port";

/** Whether a failed request certainly never reached the other side. */
export function neverSent(error: unknown): boolean {
  if (deepest(error) === BAD_PORT) return true;
  return codesOf(error).some((code) => [UNREACHED, UNTRUSTED, NO_TLS].some((known) => known.test(code)));
}

/** What was wrong with a connection, in Node's words; fetch itself only says that it failed. */
export function connectionFact(error: unknown): string {
  const [code] = codesOf(error);
  const message = deepest(error);
  return code === undefined || message.includes(code) ? message : `${code} ${message}`.trim();
}

/** What can be done about it where that is known, to follow the fact; else "". */
export function connectionRemedy(error: unknown): string {
  const codes = codesOf(error);
  if (codes.some((code) => UNTRUSTED.test(code))) {
    return "; its certificate is not trusted here: name the file of its authority in NODE_EXTRA_CA_CERTS, or use the name that the certificate is for";
  }
  return codes.some((code) => NO_TLS.test(code))
    ? "; does it speak TLS at all? Else its url begins with http:// or ws://"
    : "";
}

/** The seconds of a Retry-After, from a number or a date; null where nothing can be read. */
export function retryAfterSeconds(text: string | null): number | null {
  if (text === null) return null;
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : null;
}

/** fetch wraps what went wrong, and one of several addresses says enough. */
function deepest(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return deepest(error.cause);
  if (error instanceof AggregateError && error.errors.length > 0) return deepest(error.errors[0]);
  return error.message;
}

const Coded = z.object({ code: z.string() });

function codesOf(error: unknown): string[] {
  const { code } = Coded.safeParse(error).data ?? {};
  const deeper = error instanceof Error && error.cause !== undefined ? codesOf(error.cause) : [];
  const several = error instanceof AggregateError ? error.errors.flatMap(codesOf) : [];
  return [...(code === undefined ? [] : [code]), ...deeper, ...several];
}
