import type { Command } from "commander";
import { refuseUnknownCommand } from "./refuse-unknown-command.ts";

export function addProvidersCommand(program: Command): void {
  const providers = program
    .command("providers")
    .description("Where work is done beyond this machine: list what is configured, test whether it answers.");
  providers
    .command("list", { isDefault: true })
    .description("List the configured providers with their limits; nobody is asked anything.")
    .option("--json", "as JSON on stdout")
    .allowExcessArguments()
    .action(async (options, command: Command) => {
      refuseUnknownCommand(providers, command);
      await (await import("./providers/list.ts")).listProviders(options);
    });
  providers
    .command("test")
    .description("Ask providers whether they are there and take the key; nothing is generated or billed.")
    .argument("[provider...]", "ids or kinds; default: all")
    .option("--json", "as JSON on stdout")
    .action(async (names, options) => (await import("./providers/test.ts")).testProviders(names, options));
}
