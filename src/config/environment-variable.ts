import { readFileSync } from "node:fs";
import { MaskloomError } from "../errors.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A variable, or the first lines of the file that `<name>_FILE` names, as containers hand over secrets; white space around
 * it is not part of it, and what is empty is unset.
 * @throws INPUT_INVALID where both are set, or the file cannot be read
 */
export function readVariable(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim() || undefined;
  const file = env[`${name}_FILE`]?.trim() || undefined;
  if (file === undefined) return value;
  if (value !== undefined) {
    throw new MaskloomError(
      "INPUT_INVALID",
      `configuration: expected one of ${name} and ${name}_FILE, got both; unset one of them`,
    );
  }
  try {
    return readFileSync(file, "utf8").trim() || undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MaskloomError(
      "INPUT_INVALID",
      `configuration: ${name}_FILE: expected a file that this user may read: ${reason}`,
      { cause: error },
    );
  }
}
