import { mkdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import type { MaskloomError } from "../src/errors.ts";
import { outputFailure } from "../src/output-failure.ts";

async function failureOf(file: string): Promise<MaskloomError> {
  const error: unknown = await mkdir(file).then(
    () => new Error("it was made"),
    (reason: unknown) => reason,
  );
  return outputFailure(file, error);
}

describe.skipIf(process.platform === "win32")("a result whose name the disk does not take", () => {
  it("is refused with the length, without the name in full, and with what to do", async () => {
    const { code, message } = await failureOf(`/tmp/${"é".repeat(200)}.mask.png`);
    expect(code).toBe("OUTPUT_UNWRITABLE");
    expect(message).toMatch(
      /^é{20}….*\.mask\.png: its name is too long: expected up to 255 bytes, as most disks take, received 409; rename the picture, or /,
    );
    expect(message.length).toBeLessThan(250);
  });

  it("is told from a path that is too long as a whole", async () => {
    const { message } = await failureOf(`/tmp/${"folder/".repeat(700)}a.png`);
    expect(message).toMatch(/^a\.png: its path is too long: expected up to 4096 bytes, received 4910;/);
  });
});
