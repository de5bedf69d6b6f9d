import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { describe, expect, it } from "vitest";
import { isRunning } from "../../src/store/is-running.ts";

describe("a process", () => {
  it("runs until it has ended", async () => {
    expect(isRunning(process.pid)).toBe(true);
    const child = spawn(process.execPath, ["-e", ""]);
    await once(child, "exit");
    expect(isRunning(child.pid ?? 0)).toBe(false);
  });

  it.runIf(process.platform === "linux")(
    "does not run when it has ended and nobody has asked how",
    async () => {
      // It outlives the shell, which would ask; what the shell becomes does not.
      const careless = spawn("sh", ["-c", "sleep 1 & echo $!; exec sleep 60"]);
      const [text] = await once(careless.stdout, "data");
      await expect.poll(() => isRunning(Number(text)), { timeout: 10_000 }).toBe(false);
      expect(() => process.kill(Number(text), 0)).not.toThrow();
      careless.kill("SIGKILL");
      await once(careless, "exit");
    },
  );
});
