import type { Command } from "commander";
import { dollarsOrNone } from "./argument-types.ts";

export function addProvidersCommand(program: Command): void {
  const providers = program
    .command("providers")
    .summary("list and test where work is done beyond this machine")
    .description("Where work is done beyond this machine: list what is configured, test whether it answers.");
  providers
    .command("list", { isDefault: true })
    .description("List the configured providers with their limits; nobody is asked anything.")
    .option("--json", "as JSON on stdout")
    .action(async (options) => (await import("./providers/list.ts")).listProviders(options));
  providers
    .command("test")
    .description("Ask providers whether they are there and take the key; nothing is generated or billed.")
    .argument("[provider...]", "ids, groups or kinds; default: all")
    .option("--json", "as JSON on stdout")
    .action(async (names, options) => (await import("./providers/test.ts")).testProviders(names, options));
  const limit = providers
    .command("limit")
    .description(
      "Set what may be spent at a provider in USD, for all workers at once, over what its configuration says. " +
        "What is not named is as configured; what was held goes on where there is room.",
    )
    .argument("<provider>", "its id")
    .option("--reset", "as configured again")
    .option("--json", "as JSON on stdout");
  for (const [of, what] of Object.entries(LIMITS))
    limit.option(`--${of} <usd|none>`, `${what} may cost at most`, dollarsOrNone);
  limit.action(async (name, options) => (await import("./providers/limit.ts")).limitProvider(name, options));
}

const LIMITS = {
  run: "each run",
  batch: "each batch",
  day: "all batches of a day, UTC,",
  owner: "everything that one owner ever does",
};
