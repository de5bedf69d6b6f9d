import process from "node:process";
import fc from "fast-check";
import { MaskloomError } from "../../../src/errors.ts";
import { changes, mutate } from "./mutate.ts";
import { READERS } from "./readers.ts";

/* Gives one reader many changed files, and prints what came of them and the most memory that it took (KiB). */
const [name = "", count = "", seed = ""] = process.argv.slice(2);
const reader = await READERS[name]?.();
if (reader === undefined) throw new Error(`there is no reader ${name}`);
const { file, within, read } = reader;
await read(file);
const outcomes: Record<string, number> = {};
for (const all of fc.sample(changes, { numRuns: Number(count), seed: Number(seed) })) {
  const outcome = await read(mutate(file, all, within)).then(
    () => "model",
    (error: unknown) => (error instanceof MaskloomError ? error.code : `${JSON.stringify(all)}: ${error}`),
  );
  outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
}
process.stdout.write(JSON.stringify({ outcomes, peak: process.resourceUsage().maxRSS }));
