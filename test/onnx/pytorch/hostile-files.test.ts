import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import fc from "fast-check";
import { expect, it } from "vitest";
import { MaskloomError } from "../../../src/errors.ts";
import { importPytorch } from "../../../src/onnx/pytorch/import-pytorch.ts";
import { readOnnxHeader } from "../../../src/onnx/read-onnx.ts";
import { errorOf } from "../run-model.ts";
import { smallCheckpoint } from "./checkpoint-file.ts";
import { CANARY } from "./hostile-attacks.ts";
import { HOSTILE_FILES } from "./hostile-files.ts";

it("takes the sound model that the hostile ones are made from", async () => {
  const { metadata } = readOnnxHeader(await importPytorch(smallCheckpoint(), "small"), "small");
  expect(metadata).toMatchObject({ names: "{0: 'dot'}", imgsz: "[64, 64]", stride: "8", task: "detect" });
});

it.each(HOSTILE_FILES)("refuses $name", async ({ make, says }) => {
  const error = await errorOf(() => importPytorch(make(), "hostile.pt"));
  expect(error).toMatchObject({ code: "MODEL_UNREADABLE", message: expect.stringMatching(says) });
  expect(String(error).length).toBeLessThan(1_200);
});

it("runs nothing of what hostile files ask for", () => {
  expect(existsSync(`/tmp/${CANARY}`)).toBe(false);
});

it("needs little memory for all of them", async () => {
  const script = fileURLToPath(new URL("./hostile-process.ts", import.meta.url));
  const limits = ["--max-old-space-size=192", "--stack-size=500"];
  const { stdout } = await promisify(execFile)(process.execPath, [...limits, "--import", "tsx", script]);
  expect(stdout).toBe("MODEL_UNREADABLE");
});

it("refuses a checkpoint with bytes changed with its own error, or takes it: never anything else", async () => {
  const whole = smallCheckpoint();
  const change = fc.record({ at: fc.nat({ max: whole.length - 1 }), byte: fc.nat({ max: 255 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
      const bytes = new Uint8Array(whole);
      for (const { at, byte } of changes) bytes[at] = byte;
      const result = await importPytorch(bytes, "changed").catch((error: unknown) => error);
      if (!(result instanceof Uint8Array)) expect(result).toBeInstanceOf(MaskloomError);
      if (result instanceof MaskloomError) expect(result.code).toBe("MODEL_UNREADABLE");
    }),
    { numRuns: 150 },
  );
});

it("refuses a checkpoint that is cut off, wherever", async () => {
  const whole = smallCheckpoint();
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: whole.length - 1 }), async (length) => {
      const error = await errorOf(() => importPytorch(whole.subarray(0, length), "short"));
      expect(error).toMatchObject({ code: "MODEL_UNREADABLE" });
    }),
    { numRuns: 80 },
  );
});
