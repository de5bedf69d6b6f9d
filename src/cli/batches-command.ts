import type { Command } from "commander";
import { integerBetween } from "./argument-types.ts";

const MOST_LISTED = 200;
const LOWEST_PRIORITY = 1_000;

export function addBatchesCommand(program: Command): void {
  const batches = program
    .command("batches")
    .summary("list, show, pause, resume and cancel batches; retry what failed")
    .description(
      "Folders and lists under way: list and show batches, pause, resume and cancel them, retry what failed.",
    );
  batches
    .command("list", { isDefault: true })
    .description("List batches, newest first.")
    .option("--all", "also those that hold one run each")
    .option("--limit <n>", "how many at most", integerBetween(1, MOST_LISTED), 20)
    .option("--json", "as JSON on stdout")
    .action(async (options) => (await import("./batches/list.ts")).listBatches(options));
  batches
    .command("show")
    .description("Show how a batch stands: its runs by status, rate, and failures by their code.")
    .argument("<batch>", "its UUID")
    .option("--json", "as JSON on stdout")
    .action(async (batch, options) => (await import("./batches/show.ts")).showBatch(batch, options));
  batches
    .command("pause")
    .description("Begin nothing more of a batch until it is resumed; what is under way is finished.")
    .argument("<batch...>", "UUIDs")
    .action(async (names) => (await import("./batches/steer.ts")).steerBatches(names, "pause"));
  batches
    .command("resume")
    .description("Go on with a paused batch.")
    .argument("<batch...>", "UUIDs")
    .action(async (names) => (await import("./batches/steer.ts")).steerBatches(names, "resume"));
  batches
    .command("cancel")
    .description("End a batch with all of its runs that have not ended.")
    .argument("<batch...>", "UUIDs")
    .action(async (names) => (await import("./batches/cancel.ts")).cancelBatches(names));
  batches
    .command("retry-failed")
    .description("Go on with every run of a batch that failed, wholly or in part.")
    .argument("<batch...>", "UUIDs")
    .action(async (names) => (await import("./batches/retry-failed.ts")).retryBatches(names));
  batches
    .command("priority")
    .description("Serve a batch sooner or later than others.")
    .argument("<batch>", "its UUID")
    .argument("<n>", "0 is served first; batches have 10", integerBetween(0, LOWEST_PRIORITY))
    .action(async (name, priority) => (await import("./batches/priority.ts")).setPriority(name, priority));
}
