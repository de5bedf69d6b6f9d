import { MaskloomError } from "../../../src/errors.ts";
import { importPytorch } from "../../../src/onnx/pytorch/import-pytorch.ts";
import { HOSTILE_FILES } from "./hostile-files.ts";

/* Imports every hostile file in one process of little memory, and prints the codes of the errors, each once. */
const codes = new Set<string>();
for (const { name, make } of HOSTILE_FILES) {
  try {
    await importPytorch(make(), name);
    codes.add(`${name} was let in`);
  } catch (error) {
    codes.add(error instanceof MaskloomError ? error.code : String(error));
  }
}
process.stdout.write([...codes].join());
