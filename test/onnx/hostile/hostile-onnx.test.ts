import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { onnxFile } from "../onnx-message.ts";
import { errorOf } from "../run-model.ts";
import { HOSTILE_ONNX } from "./hostile-onnx.ts";
import { lookThrough } from "./look-through.ts";

it("lets in the sound file that the hostile ones are made from", async () => {
  await expect(lookThrough(onnxFile())).resolves.toMatchObject({ width: 64, height: 64, labels: ["thing"] });
});

it.each(HOSTILE_ONNX)("refuses $name", async ({ make, says }) => {
  const error = await errorOf(() => lookThrough(make()));
  expect(error).toMatchObject({ code: "MODEL_UNREADABLE", message: expect.stringMatching(says) });
  expect(String(error).length).toBeLessThan(1_200);
});

it("refuses all of them in a process of little memory", async () => {
  const script = fileURLToPath(new URL("./hostile-onnx-process.ts", import.meta.url));
  const limits = ["--max-old-space-size=256", "--stack-size=500"];
  const { stdout } = await promisify(execFile)(process.execPath, [...limits, "--import", "tsx", script]);
  expect(JSON.parse(stdout)).toEqual({ codes: ["MODEL_UNREADABLE"], little: true });
});

it("refuses a file that is cut off, wherever", async () => {
  const whole = onnxFile();
  // What follows the graph is the version of the operators alone.
  for (let length = 0; length < whole.length - 6; length += 7) {
    expect(await errorOf(() => lookThrough(whole.subarray(0, length)))).toMatchObject({
      code: "MODEL_UNREADABLE",
    });
  }
});
