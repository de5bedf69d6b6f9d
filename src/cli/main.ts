import process from "node:process";
import { createProgram } from "./program.ts";
import { runProgram } from "./run-program.ts";

/* `maskloom detect … | head` closes our stdout early: that is no failure. */
process.stdout.on("error", (error) => {
  if ("code" in error && error.code === "EPIPE") process.exit(0);
  throw error;
});

/* A terminal that was closed, or `2>&1 | head`: nobody reads what we say, and the work goes on or stops cleanly. */
process.stderr.on("error", () => undefined);

process.exitCode = await runProgram(createProgram(), process.argv);
