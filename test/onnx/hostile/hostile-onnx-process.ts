import process from "node:process";
import { MaskloomError } from "../../../src/errors.ts";
import { HOSTILE_ONNX } from "./hostile-onnx.ts";
import { lookThrough } from "./look-through.ts";

/* Looks through every hostile file in one process of little memory: prints the codes of the errors, each once, and whether the process
   stayed below 512 MiB. */
const codes = new Set<string>();
for (const { name, make } of HOSTILE_ONNX) {
  try {
    await lookThrough(make());
    codes.add(`${name} was let in`);
  } catch (error) {
    codes.add(error instanceof MaskloomError ? error.code : String(error));
  }
}
const little = process.resourceUsage().maxRSS < 512 * 1024;
process.stdout.write(JSON.stringify({ codes: [...codes], little }));
