import { lookup as resolveByDns } from "node:dns/promises";
import type { LookupFunction } from "node:net";
import { isIP } from "node:net";
import { buildConnector } from "undici";
import { MaskloomError } from "../../errors.ts";
import type { TargetGuard } from "./target-guard.ts";

export interface Resolved {
  readonly address: string;
  readonly family: number;
}

/** All addresses of a name. */
export type ResolveName = (hostname: string) => Promise<readonly Resolved[]>;

export const resolveName: ResolveName = (hostname) => resolveByDns(hostname, { all: true });

const CONNECT_MS = 10_000;

/**
 * Connects to what the guard permits and to nothing else. It stands where connections are made, so that no redirect and no
 * spelling of an address gets past it; and a name is resolved once, so that what was checked is what is connected to.
 */
export function guardedConnector(guard: TargetGuard, resolve: ResolveName): buildConnector.connector {
  return (options, callback) => {
    const port = Number(options.port) || (options.protocol === "https:" ? 443 : 80);
    permittedAddresses(guard, resolve, options.hostname, port)
      .then((addresses) => {
        const connect = buildConnector({ timeout: CONNECT_MS, ...pinnedTo(addresses) });
        connect(options, callback);
      })
      .catch((error: unknown) => {
        callback(error instanceof Error ? error : new Error(String(error)), null);
      });
  };
}

async function permittedAddresses(
  guard: TargetGuard,
  resolve: ResolveName,
  hostname: string,
  port: number,
): Promise<readonly Resolved[]> {
  const literal = isIP(hostname);
  const addresses = literal === 0 ? await resolve(hostname) : [{ address: hostname, family: literal }];
  if (guard.permitsName(hostname, port)) return addresses;
  /* A name that leads both inside and outside is no better than one that leads inside. */
  if (addresses.length > 0 && addresses.every(({ address }) => guard.permitsAddress(address, port)))
    return addresses;
  /* Where it leads is not told: the caller may be asking just for that. */
  throw new MaskloomError(
    "TARGET_REFUSED",
    `${hostname}: expected a public address; private, loopback and link-local ones are only reached if ` +
      "MASKLOOM_ALLOWED_TARGETS lists them",
  );
}

/** Node asks for one address or for all, by turns. */
function pinnedTo(addresses: readonly Resolved[]): { lookup: LookupFunction } {
  const [first] = addresses;
  return {
    lookup(_hostname, options, callback) {
      if (options.all === true)
        callback(
          null,
          addresses.map((resolved) => ({ ...resolved })),
        );
      else callback(null, first?.address ?? "", first?.family);
    },
  };
}
