/** Where the wire is, over HTTP and WebSocket alike; with a slash at the end, too. */
export const WIRE_PATH = "/v1";

export const isWirePath = (path: string): boolean => path === WIRE_PATH || path === `${WIRE_PATH}/`;

/** Of a request's target, which need not be a URL that can be read. */
export function targetOf(url: string | undefined): {
  readonly path: string;
  readonly query: URLSearchParams;
} {
  const [path = "/", query = ""] = (url ?? "/").split("?", 2);
  return { path, query: new URLSearchParams(query) };
}
