import { opendir } from "node:fs/promises";
import path from "node:path";
import { hasCode, MaskloomError } from "../../errors.ts";
import { nameTooLong } from "../../name-too-long.ts";
import { suggestion } from "../../nearest-name.ts";
import { nameNotUtf8 } from "./name-not-utf8.ts";

/** Names looked through for the one that was meant. */
const MOST_NAMES = 10_000;

/** What to say of an argument that is no file, folder or glob. */
export async function missingFile(absolute: string, reason: unknown): Promise<MaskloomError> {
  if (hasCode(reason, "ENAMETOOLONG")) {
    const message = `${nameTooLong(absolute)}; there can be no such file`;
    return new MaskloomError("INPUT_MISSING", message, { cause: reason });
  }
  if (!hasCode(reason, "ENOENT") && !hasCode(reason, "ENOTDIR")) {
    const message = reason instanceof Error ? reason.message : String(reason);
    return new MaskloomError("INPUT_MISSING", `expected a file or folder that can be read: ${message}`);
  }
  const unnamed = nameNotUtf8(absolute);
  if (unnamed !== null) return new MaskloomError("INPUT_MISSING", `the file cannot be read: ${unnamed}`);
  const beside = await namesIn(path.dirname(absolute)).catch(() => []);
  const hint = suggestion(path.basename(absolute), beside);
  return new MaskloomError("INPUT_MISSING", `expected a file, folder or glob; there is no such file.${hint}`);
}

async function namesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of await opendir(folder)) {
    if (names.push(name) === MOST_NAMES) break;
  }
  return names;
}
