import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { errorOf } from "../run-model.ts";
import { mutate } from "./mutate.ts";
import { READERS } from "./readers.ts";

const SCRIPT = fileURLToPath(new URL("./mutants-process.ts", import.meta.url));
const SEED = "20261122";
const MOST_MEMORY = 512 * 1024;

/* Each reader in a process of its own: one that crashes or takes all memory is seen, whatever it does. */
it.each([
  ["zip", 300],
  ["pickle", 300],
  ["onnx", 300],
  ["tflite", 300],
  ["sparse tflite", 40],
] as const)(
  "%s: whatever is changed, the file ends in a model or in one error, in little memory",
  async (reader, count) => {
    const args = ["--import", "tsx", SCRIPT, reader, String(count), SEED];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const { outcomes, peak } = JSON.parse(stdout);
    // Of both kinds: else the changes would say nothing of the reader.
    expect(Object.keys(outcomes).sort()).toEqual(["MODEL_UNREADABLE", "model"]);
    expect(peak).toBeLessThan(MOST_MEMORY);
  },
  120_000,
);

it("refuses a TFLite file whose weights have other sizes than its pictures, which once was an error of our own", async () => {
  const { file, within, read } =
    (await READERS["tflite"]?.()) ?? expect.unreachable("there is such a reader");
  const sizes = { kind: "write", at: 0.41774145513772964, bytes: [0, 0, 0, 0] } as const;
  expect(await errorOf(() => read(mutate(file, [sizes], within)))).toMatchObject({
    code: "MODEL_UNREADABLE",
    message: expect.stringMatching(/constant ".*" is \[.*\], its operator's pictures want \[.*\]/),
  });
});
