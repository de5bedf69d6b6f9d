import process from "node:process";
import { vi } from "vitest";
import { createProgram } from "../../../src/cli/program.ts";
import { runProgram } from "../../../src/cli/run-program.ts";

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `maskloom …` within this process; one at a time. */
export async function runCommand(...args: readonly string[]): Promise<CommandResult> {
  let stdout = "";
  let stderr = "";
  const out = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
  const error = vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    stderr += String(text);
    return true;
  });
  try {
    process.exitCode = undefined;
    const code = await runProgram(createProgram(), ["node", "maskloom", ...args]);
    return { code, stdout, stderr };
  } finally {
    process.exitCode = undefined;
    out.mockRestore();
    error.mockRestore();
  }
}
