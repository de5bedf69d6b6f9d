import type { Config } from "../../config/config.ts";
import type { Environment } from "../../config/environment-variable.ts";
import { suggestion } from "../../nearest-name.ts";
import { type CheckResult, ok, warn } from "./check.ts";

/** Names the file itself, and so cannot stand in it. */
const BESIDE_SETTINGS = ["MASKLOOM_CONFIG"];

/** What could be read. A variable that begins as ours do and means nothing is most likely misspelt. */
export function checkVariables(
  { settings, providers }: Pick<Config, "settings" | "providers">,
  env: Environment,
): CheckResult {
  const keys = providers.flatMap(({ keyFrom }) => keyFrom ?? []);
  const known = [...settings.map(({ name }) => name), ...BESIDE_SETTINGS, ...keys];
  const unknown = Object.keys(env)
    .filter((name) => name.startsWith("MASKLOOM_") && !known.includes(name.replace(/_FILE$/, "")))
    .map((name) => `${name}.${suggestion(name, known)}`);
  if (unknown.length === 0) return ok("the environment and config.yaml, where there is one, can be read");
  return warn(`the environment has what means nothing: ${unknown.join(" ")}`, "docs/cli.md has all settings");
}
