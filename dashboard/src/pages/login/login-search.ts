/** What of the page to sign in is in its address. */
export interface LoginSearch {
  /** Where to go then; on this server. */
  readonly next?: string;
}

export function readLoginSearch({ next }: Readonly<Record<string, unknown>>): LoginSearch {
  return typeof next === "string" && /^\/(?![/\\])/.test(next) ? { next } : {};
}
