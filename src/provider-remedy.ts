/** Where the key of a provider is set that is read from an environment variable of this name. */
export const whereKeyIsSet = (variable: string): string =>
  `set ${variable}, or ${variable}_FILE to a file that holds it, in the environment of this command, the server and the workers`;

/** How a provider comes about that somebody names and that is not configured; begins with a space, ends without a stop. */
export function howToConfigure(name: string): string {
  const entry = "under providers in config.yaml (docs/providers.md)";
  if (name !== "runware") return ` Write an entry for it ${entry}`;
  return ` For the API itself ${whereKeyIsSet("RUNWARE_API_KEY")}; for another address write an entry ${entry}`;
}
