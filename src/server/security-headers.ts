import type { Request, Response } from "express";
import type { AccessPolicy } from "./access.ts";

/**
 * Nothing that this server sends may load, run, frame or submit anything, be guessed to be another type, or be embedded
 * by pages of other sites.
 */
export const SECURITY_HEADERS = {
  "content-security-policy":
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
} as const;

const EXPOSED = "content-range, etag, location, retry-after, x-request-id";
const ALLOWED =
  "authorization, content-type, if-none-match, range, x-runware-dry-run, x-sdk-name, x-sdk-version";
const PREFLIGHT_SECONDS = "600";

/** CORS, for the origins that the configuration lists and nobody else. */
export function allowReading(access: AccessPolicy, { headers, method }: Request, response: Response): void {
  response.vary("origin");
  const { origin } = headers;
  if (!access.mayRead(origin)) return;
  response.set({ "access-control-allow-origin": origin, "access-control-expose-headers": EXPOSED });
  if (method !== "OPTIONS" || headers["access-control-request-method"] === undefined) return;
  response.set({
    "access-control-allow-methods": "GET, HEAD, POST",
    "access-control-allow-headers": ALLOWED,
    "access-control-max-age": PREFLIGHT_SECONDS,
  });
}
