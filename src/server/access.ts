import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";
import type { Config } from "../config/config.ts";
import { MaskloomError } from "../errors.ts";

/** From where this server may be talked to: a web page on any site must not be able to drive one that runs on the reader's machine. */
export interface AccessPolicy {
  /**
   * @throws FORBIDDEN for an unknown Host (DNS rebinding) or an Origin that is not allowed
   */
  checkSource(headers: IncomingHttpHeaders): void;
  /** Whether pages of this origin may read answers (CORS): only those that the configuration lists. */
  mayRead(origin: string | undefined): origin is string;
}

export type AccessSettings = Pick<Config["server"], "publicUrl" | "allowedHosts" | "allowedOrigins"> & {
  readonly host: string;
};

export function createAccessPolicy(settings: AccessSettings): AccessPolicy {
  const { publicUrl } = settings;
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
  };
}

/** Whether others can reach the server: by the address that it listens on, or by that of a proxy in front of it. */
export function isReachable({ host, publicUrl }: Pick<AccessSettings, "host" | "publicUrl">): boolean {
  return !isLoopback(host) || (publicUrl !== undefined && !isLoopback(new URL(publicUrl).hostname));
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
