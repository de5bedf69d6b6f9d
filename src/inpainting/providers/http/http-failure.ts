import { retryAfterSeconds } from "../../../connection-failure.ts";
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

export function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length <= LONGEST_DETAIL ? line : `${line.slice(0, LONGEST_DETAIL)}…`;
}
