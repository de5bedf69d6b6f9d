/** What of the page to sign in is in its address. */
export interface LoginSearch {
  /** Where to go then; on this server. */
  readonly next?: string;
  /** Whoever comes was signed in until now. */
  readonly ended?: true;
}

export function readLoginSearch({ next, ended }: Readonly<Record<string, unknown>>): LoginSearch {
  return {
    ...(typeof next === "string" && /^\/(?![/\\])/.test(next) ? { next } : {}),
    ...(ended === true ? { ended } : {}),
  };
}
