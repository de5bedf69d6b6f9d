import type { Command } from "commander";

export function addQueuesCommand(program: Command): void {
  const queues = program
    .command("queues")
    .summary("list, pause and resume what waits for workers")
    .description("What waits for workers: list queues, pause and resume them.");
  queues
    .command("list", { isDefault: true })
    .description("List queues with what waits and runs in them, and how that went lately.")
    .option("--json", "as JSON on stdout")
    .action(async (options) => (await import("./queues/list.ts")).listQueues(options));
  queues
    .command("pause")
    .description("Hand nothing more out of a queue until it is resumed; what is under way is finished.")
    .argument("<queue...>", "names, as queues list shows them")
    .action(async (names) => (await import("./queues/steer.ts")).steerQueues(names, "pause"));
  queues
    .command("resume")
    .description("Go on with a paused queue.")
    .argument("<queue...>", "names")
    .action(async (names) => (await import("./queues/steer.ts")).steerQueues(names, "resume"));
}
