import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { MaskloomError } from "../../errors.ts";

/**
 * Which machines may be reached at a caller's word: those of the public internet, and what the configuration lists.
 * Otherwise anybody who may send a URL could read what only this machine may reach: databases, routers, the metadata of
 * a cloud.
 */
export interface TargetGuard {
  /** Whether the name itself is listed, wherever it may lead. */
  permitsName(hostname: string, port: number): boolean;
  permitsAddress(address: string, port: number): boolean;
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;

interface Listed {
  readonly name: string | null;
  readonly range: [Address, number] | null;
  /** Null stands for all. */
  readonly port: number | null;
}

/** All that is routed publicly in IPv6 lies in here. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR("2000::/3");
/** Reachable from within a cloud only, though it looks public: Azure's host. */
const DISGUISED = new Set(["168.63.129.16"]);

/** @param allowed names, addresses or ranges, each with a port or without: `media.internal`, `10.1.0.0/16`, `[::1]:9000` */
export function createTargetGuard(allowed: readonly string[]): TargetGuard {
  const listed = allowed.map(readTarget);
  return {
    permitsName: (hostname, port) =>
      listed.some((entry) => entry.name === nameOf(hostname) && isPort(entry, port)),
    permitsAddress(text, port) {
      const address = parseAddress(text);
      if (address === null) return false;
      if (isPublic(address)) return true;
      return listed.some(
        ({ range, port: only }) => range !== null && isPort({ port: only }, port) && isIn(address, range),
      );
    },
  };
}

/** @throws INPUT_INVALID for what is neither a name nor an address nor a range */
export function readTarget(text: string): Listed {
  const [, bracketed, plain, digits] =
    /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]]+|[0-9a-fA-F:.]+(?:\/\d+)?))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = bracketed ?? plain ?? "";
  const port = digits === undefined ? null : Number(digits);
  const range = readRange(host);
  if (range !== null) return { name: null, range, port };
  if (/^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?\.?$/i.test(host) && (port ?? 0) <= 65_535) {
    return { name: nameOf(host), range: null, port };
  }
  throw new MaskloomError(
    "INPUT_INVALID",
    `MASKLOOM_ALLOWED_TARGETS: expected a name, an address or a range, each with a port or without, got ${JSON.stringify(text)}`,
  );
}

function readRange(host: string): [Address, number] | null {
  if (isIP(host) !== 0) {
    const address = ipaddr.process(host);
    return [address, address.kind() === "ipv4" ? 32 : 128];
  }
  return ipaddr.isValidCIDR(host) ? ipaddr.parseCIDR(host) : null;
}

/** An IPv4 address within an IPv6 one is the IPv4 address. */
function parseAddress(text: string): Address | null {
  const [bare = ""] = text.split("%");
  return isIP(bare) === 0 ? null : ipaddr.process(bare);
}

function isPublic(address: Address): boolean {
  if (address.range() !== "unicast" || DISGUISED.has(address.toString())) return false;
  return address.kind() === "ipv4" || isIn(address, GLOBAL_IPV6);
}

const isIn = (address: Address, [base, bits]: [Address, number]): boolean =>
  address.kind() === base.kind() && address.match(base, bits);

const isPort = ({ port: only }: Pick<Listed, "port">, port: number): boolean =>
  only === null || only === port;

const nameOf = (hostname: string): string => hostname.toLowerCase().replace(/\.$/, "");
