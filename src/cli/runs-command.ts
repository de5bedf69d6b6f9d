import type { Command } from "commander";
import { RunStatus } from "../contracts/run.ts";
import { collectSetting, integerBetween, oneOf } from "./argument-types.ts";

const MOST_LISTED = 200;

export function addRunsCommand(program: Command): void {
  const runs = program
    .command("runs")
    .summary("list, show, retry, reroll, rerun and cancel runs")
    .description("What was done and is under way: list and show runs, retry, reroll, rerun and cancel them.");
  runs
    .command("list", { isDefault: true })
    .description("List runs, newest first.")
    .option("--batch <uuid>", "of one batch")
    .option("--status <status>", RunStatus.options.join(", "), oneOf(...RunStatus.options))
    .option("--limit <n>", "how many at most", integerBetween(1, MOST_LISTED), 20)
    .option("--json", "as JSON on stdout")
    .action(async (options) => (await import("./runs/list.ts")).listRuns(options));
  runs
    .command("show")
    .description("Show a run with its tasks.")
    .argument("<run>", "its UUID")
    .option("--json", "as JSON on stdout")
    .action(async (run, options) => (await import("./runs/show.ts")).showRun(run, options));
  runs
    .command("logs")
    .description("Show what workers wrote about a run, or about a single task, with the stacks of failures.")
    .argument("<run>", "its UUID; or that of a task")
    .option("-f, --follow", "go on with what is written, until it has ended")
    .option("--json", "as JSON on stdout; followed, a line for each")
    .action(async (run, options) => (await import("./runs/logs.ts")).showLogs(run, options));
  addActions(runs);
}

function addActions(runs: Command): void {
  runs
    .command("retry")
    .description("Go on with runs from where they failed or were cancelled, with the same seeds.")
    .argument("<run...>", "UUIDs of runs; or of tasks, of which only those are done again")
    .action(async (names) => (await import("./runs/retry.ts")).retryRuns(names));
  runs
    .command("reroll")
    .description("Make a run anew with other seeds: a new run, which takes over the steps before.")
    .argument("<run>", "UUID of a run, or of the task to begin with")
    .option("--from <step>", "id of the step to begin with (default: the first that draws by a seed)")
    .action(async (run, options) => (await import("./runs/reroll.ts")).reroll(run, options));
  runs
    .command("rerun")
    .description(
      "Make a run anew with other parameters: a new run, which takes over the steps that stay as they were.",
    )
    .argument("<run>", "its UUID")
    .option("--from <step>", "id of a step that is done again in any case")
    .option("--set <input=value>", "another value of an input; again for more", collectSetting)
    .option(
      "--edit <step.field=value>",
      "another value of a step's field, as JSON or text; again for more",
      collectSetting,
    )
    .action(async (run, options) => (await import("./runs/rerun.ts")).rerun(run, options));
  runs
    .command("cancel")
    .description("End runs that have not ended, with what is under way of them.")
    .argument("<run...>", "UUIDs of runs, or of single tasks")
    .action(async (names) => (await import("./runs/cancel.ts")).cancelRuns(names));
  runs
    .command("erase")
    .description("Take runs away now, with the pictures that nobody else has. It cannot be undone.")
    .argument("<run...>", "UUIDs of runs")
    .option("--json", "as JSON on stdout")
    .action(async (names, options) => (await import("./runs/erase.ts")).eraseRuns(names, options));
}
