import type { IncomingHttpHeaders } from "node:http";
import { CSRF_COOKIE, CSRF_HEADER, SESSION_COOKIE } from "../contracts/session.ts";
import { MaskloomError } from "../errors.ts";
import { isSameSecret } from "../store/key-secret.ts";

/* Signed in by a cookie: scripts cannot read it, and no other site's page can make a browser send it. */

/** What the session's cookie holds; undefined where there is none. */
export function sessionTokenOf({ cookie }: IncomingHttpHeaders): string | undefined {
  const entries = cookie?.split(";").map((entry) => entry.trim()) ?? [];
  return entries.find((entry) => entry.startsWith(`${SESSION_COOKIE}=`))?.slice(SESSION_COOKIE.length + 1);
}

/** @throws FORBIDDEN where a change does not say what only this site's own pages can */
export function checkCsrf(headers: IncomingHttpHeaders, csrf: string): void {
  const given = headers[CSRF_HEADER];
  if (typeof given === "string" && isSameSecret(given, csrf)) return;
  throw new MaskloomError(
    "FORBIDDEN",
    `${CSRF_HEADER}: expected the token of this session with every change, got ${given === undefined ? "none" : "another one"}; ` +
      `the cookie ${CSRF_COOKIE} and GET /api/session have it`,
  );
}

/** @param seconds 0 takes the cookies away */
export function sessionCookies(
  { token, csrf }: { readonly token: string; readonly csrf: string },
  { publicUrl, seconds }: { readonly publicUrl: string | undefined; readonly seconds: number },
): string[] {
  const isSecure = publicUrl?.startsWith("https:") === true;
  const common = `Path=/; SameSite=Strict; Max-Age=${seconds}${isSecure ? "; Secure" : ""}`;
  return [`${SESSION_COOKIE}=${token}; HttpOnly; ${common}`, `${CSRF_COOKIE}=${csrf}; ${common}`];
}
