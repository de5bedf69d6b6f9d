import { CSRF_COOKIE, CSRF_HEADER } from "../../../src/contracts/session-names.ts";

/** What shows that a change is meant by this page and not by another site's; nothing where nobody has signed in. */
export function csrfHeaders(method: string): Record<string, string> {
  if (method === "GET") return {};
  const entry = document.cookie.split("; ").find((cookie) => cookie.startsWith(`${CSRF_COOKIE}=`));
  return entry === undefined ? {} : { [CSRF_HEADER]: entry.slice(CSRF_COOKIE.length + 1) };
}
