import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";
import type { Config } from "../config.ts";
import { LIVE_KEY_PREFIX } from "../contracts/api.ts";
import type { OwnerUUID } from "../contracts/ids.ts";
import { MaskloomError } from "../errors.ts";
import { LOCAL_OWNER } from "../store/owners.ts";

/** Who may talk to this server: a web page on any site must not be able to drive one that runs on the reader's machine. */
export interface AccessPolicy {
  /**
   * @throws FORBIDDEN for an unknown Host (DNS rebinding) or an Origin that is not allowed
   */
  checkSource(headers: IncomingHttpHeaders): void;
  /** Whether pages of this origin may read answers (CORS): only those that the configuration lists. */
  mayRead(origin: string | undefined): origin is string;
  /**
   * Whose request it is. Null stands for a route that tells nothing about anybody and asks for no key.
   * @throws UNAUTHORIZED where a key is required and none, or another one, was sent
   */
  authenticate(headers: IncomingHttpHeaders | null): OwnerUUID;
}

export type AccessSettings = Pick<
  Config["server"],
  "apiKey" | "publicUrl" | "allowedHosts" | "allowedOrigins"
> & {
  readonly host: string;
};

export function createAccessPolicy(settings: AccessSettings): AccessPolicy {
  const { apiKey, publicUrl } = settings;
  const hosts = knownHosts(settings);
  const listed = new Set(settings.allowedOrigins.map((origin) => origin.replace(/\/+$/, "").toLowerCase()));
  const ownOrigin = publicUrl === undefined ? null : new URL(publicUrl).origin;
  const beyondLoopback = !isLoopback(settings.host);

  const isKnownHost = (host: string): boolean => {
    const name = hostName(host);
    if (name === null) return false;
    /* A page whose address is a bare IP address was served by that address: there is no name to rebind. */
    return hosts.has(name) || isLoopback(name) || (beyondLoopback && isIP(name) !== 0);
  };
  const isAllowedOrigin = (origin: string, host: string): boolean =>
    listed.has(origin.toLowerCase()) || origin === ownOrigin || origin.toLowerCase() === `http://${host}`;

  return {
    checkSource({ host, origin }) {
      if (host === undefined || !isKnownHost(host)) {
        throw new MaskloomError(
          "FORBIDDEN",
          `Host: expected a known name (${[...hosts].join(", ")}), got ${JSON.stringify(host ?? "")}; ` +
            "add it to MASKLOOM_ALLOWED_HOSTS if this server is meant to be reached by it",
        );
      }
      if (origin !== undefined && !isAllowedOrigin(origin, host.toLowerCase())) {
        throw new MaskloomError(
          "FORBIDDEN",
          `Origin: pages of ${JSON.stringify(origin)} may not use this server; ` +
            "add it to MASKLOOM_ALLOWED_ORIGINS if they should",
        );
      }
    },
    mayRead: (origin): origin is string => origin !== undefined && listed.has(origin.toLowerCase()),
    authenticate(headers) {
      if (headers !== null && apiKey !== undefined && !isSameText(keyOf(headers) ?? "", apiKey)) {
        throw new MaskloomError(
          "UNAUTHORIZED",
          "expected the header `Authorization: Bearer <MASKLOOM_API_KEY>`; the key is missing or another one",
        );
      }
      return LOCAL_OWNER;
    },
  };
}

/** Loopback addresses, and the name that stands for them. */
export function isLoopback(host: string): boolean {
  const name = hostName(host) ?? host;
  return name === "localhost" || name === "::1" || (isIP(name) === 4 && name.startsWith("127."));
}

function knownHosts({ host, publicUrl, allowedHosts }: AccessSettings): ReadonlySet<string> {
  const given = [host, ...allowedHosts, ...(publicUrl === undefined ? [] : [new URL(publicUrl).host])];
  const names = given.map(hostName).filter((name) => name !== null);
  const wildcards = ["0.0.0.0", "::"];
  return new Set(["localhost", "127.0.0.1", "::1", ...names.filter((name) => !wildcards.includes(name))]);
}

/** The name in a Host header, without port, brackets and case; null where it is none. */
function hostName(host: string): string | null {
  if (isIP(host) === 6) return host.toLowerCase();
  const [, bracketed, plain] = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+))(?::\d{1,5})?$/.exec(host) ?? [];
  return (bracketed ?? plain)?.toLowerCase().replace(/\.$/, "") ?? null;
}

/** From the header, or from the subprotocols of a WebSocket, since browsers cannot set its headers. */
function keyOf(headers: IncomingHttpHeaders): string | undefined {
  const [, token] = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? "") ?? [];
  if (token !== undefined) return token;
  const offered = headers["sec-websocket-protocol"]?.split(",").map((protocol) => protocol.trim()) ?? [];
  const carrier = offered.find((protocol) => protocol.startsWith(LIVE_KEY_PREFIX));
  if (carrier === undefined) return undefined;
  return Buffer.from(carrier.slice(LIVE_KEY_PREFIX.length), "base64url").toString("utf8");
}

/** In a time that tells nothing about where they differ, nor about their lengths. */
function isSameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text, "utf8").digest();
  return timingSafeEqual(digest(a), digest(b));
}
