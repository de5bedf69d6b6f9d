/** Where a copied request goes. */
export interface CurlTarget {
  /** scheme://host[:port] of the server. */
  readonly origin: string;
  /** Whether it asks who somebody is. */
  readonly needsKey: boolean;
}

/** The key is not known to the page, and would be in the shell's history: whoever runs it has it in a variable. */
const AUTHORIZATION = '-H "Authorization: Bearer $MASKLOOM_API_KEY"';

/** @param parts further arguments, each as a shell takes it */
export function curlCommand(
  { origin, needsKey }: CurlTarget,
  path: string,
  parts: readonly string[] = [],
): string {
  const url = `curl ${shellQuote(`${origin}${path}`)}`;
  return [url, ...(needsKey ? [AUTHORIZATION] : []), ...parts].join(" \\\n  ");
}

/** For a POSIX shell: within single quotes nothing means anything but their end. */
export function shellQuote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
