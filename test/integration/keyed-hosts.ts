import type { KeyLimits, Role } from "../../src/contracts/caller.ts";
import { createKey } from "../../src/store/keys.ts";
import type { ServerHost } from "./server-host.ts";

export type Ask = (path: string, init?: RequestInit) => Promise<Response>;

interface KeyOptions {
  readonly owner?: string;
  readonly role?: Role;
  readonly limits?: Partial<KeyLimits>;
}

export async function makeKey(host: Pick<ServerHost, "services">, options: KeyOptions = {}) {
  const { owner = "local", role = "operator", limits } = options;
  return createKey(host.services.store.db, {
    name: `a key of ${owner}`,
    owner,
    role,
    limits: { requestsPerMinute: null, concurrency: null, ...limits },
    actor: "test",
  });
}

/** Asks a server, always with the same key. */
export function asking(url: string, key: string): Ask {
  return (path, init) => {
    const headers = new Headers(init?.headers);
    headers.set("authorization", `Bearer ${key}`);
    return fetch(new URL(path, url), { ...init, headers });
  };
}

export async function codeOf(response: Response): Promise<string> {
  return ((await response.json()) as { error: { code: string } }).error.code;
}
