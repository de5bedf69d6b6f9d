import process from "node:process";
import { type Command, CommanderError } from "commander";
import { exitCodeOf } from "./exit-codes.ts";
import { sayError } from "./terminal.ts";

/**
 * Parses the arguments and runs the command they name.
 * @returns the exit code: what the command set, or what its failure stands for
 */
export async function runProgram(program: Command, argv: readonly string[]): Promise<number> {
  try {
    await program.parseAsync(argv);
    return Number(process.exitCode ?? 0);
  } catch (error) {
    // Commander has said what is wrong; --help and --version end here too, with 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    sayError(error);
    return exitCodeOf(error);
  }
}
