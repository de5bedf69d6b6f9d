import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import type { Config } from "../../config/config.ts";

/** The server that pictures are served by: how it is reached, and whether whoever has no key gets anything. */
export interface ServingAddress extends Pick<Config["server"], "host" | "publicUrl" | "allowedHosts"> {
  readonly keyRequired: boolean;
}

/** Whether a URL may be one of this server's own: by the names under which it is reached. */
export function isOwnHost({ host, publicUrl, allowedHosts }: ServingAddress, { hostname }: URL): boolean {
  const name = bareName(hostname);
  const own = [host, ...allowedHosts, ...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname])];
  return isLoopbackName(name) || own.map(bareName).includes(name);
}

/** Whether everybody who can reach the server by this address may see the local owner's pictures without a key. */
export function isUnguarded({ keyRequired }: ServingAddress, baseUrl: string): boolean {
  return !keyRequired && isLoopbackName(bareName(new URL(baseUrl).hostname));
}

function isLoopbackName(name: string): boolean {
  return name === "localhost" || (isIP(name) !== 0 && ipaddr.process(name).range() === "loopback");
}

const bareName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/\.$/, "");
