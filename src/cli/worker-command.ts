import { type Command, InvalidArgumentError } from "commander";
import { MemorySize } from "../config/worker-settings.ts";
import { integerBetween, numberBetween } from "./argument-types.ts";

export function addWorkerCommand(program: Command): void {
  program
    .command("worker")
    .summary("start a worker alone")
    .description(
      "Starts a worker, on any machine that reaches the same database, queues and pictures as the server, and says " +
        "`Maskloom worker is ready: <queues>` on stdout. Ctrl-C or SIGTERM lets it finish what it has, and ends it after " +
        "the grace period at the latest; a second one ends it at once.",
    )
    .option("--queues <names>", "such as masking,inpainting-local; `inpainting` is all of those", queueNames)
    .option(
      "--concurrency <n>",
      "tasks at a time of each queue that works on this machine (default: one per core)",
      integerBetween(1, 256),
    )
    .option(
      "--grace-seconds <n>",
      "for what is under way when it is to end (default: 20)",
      numberBetween(0, 86_400),
    )
    .option("--max-memory <size>", "beyond it the process is replaced, such as 2G", memorySize)
    .addHelpText(
      "after",
      "\nSettings of the same meaning: MASKLOOM_QUEUES, MASKLOOM_CONCURRENCY, MASKLOOM_GRACE_SECONDS, MASKLOOM_MAX_MEMORY.",
    )
    .action(async (options) => (await import("./work.ts")).work(options));
}

const queueNames = (text: string): string[] =>
  text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");

function memorySize(text: string): number {
  const { success, data } = MemorySize.safeParse(text);
  if (success) return data;
  throw new InvalidArgumentError("Expected at least 64M, such as 2G.");
}
