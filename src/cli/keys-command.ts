import type { Command } from "commander";
import { Role } from "../contracts/caller.ts";
import { MOST_REQUESTS, MOST_TASKS } from "../contracts/keys.ts";
import { integerBetween, labelled, oneOf } from "./argument-types.ts";

export function addKeysCommand(program: Command): void {
  const keys = program
    .command("keys")
    .summary("make, list and revoke API keys")
    .description("Who may use the server: make, list and revoke API keys.");
  keys
    .command("create")
    .description("Make a key, and print it on stdout: it is shown once and kept as a hash.")
    .option("--name <text>", "what it is for, in lists (default: the owner)")
    .option("--owner <name>", "whose results it sees and makes; an unknown one is made", "local")
    .option("--role <role>", Role.options.join(", "), oneOf(...Role.options), "operator")
    .option(
      "--requests-per-minute <n>",
      "how often it may be used (default: without limit)",
      integerBetween(1, MOST_REQUESTS),
    )
    .option(
      "--concurrency <n>",
      "tasks under way at a time (default: without limit)",
      integerBetween(1, MOST_TASKS),
    )
    .option("--label <key=value>", "for lists, such as team=studio; again for more", labelled)
    .option("--json", "as JSON on stdout")
    .addHelpText(
      "after",
      "\nOwners know nothing of each other. What the command line makes without a server is that of `local`.",
    )
    .action(async (options) => (await import("./keys/create.ts")).createApiKey(options));
  keys
    .command("list", { isDefault: true })
    .description("List keys by their public beginnings.")
    .option("--all", "revoked ones too")
    .option("--json", "as JSON on stdout")
    .action(async (options) => (await import("./keys/list.ts")).listApiKeys(options));
  keys
    .command("revoke")
    .description("End the use of keys at once, on open connections too. It cannot be undone.")
    .argument("<key...>", "by id, such as mlk_0123456789ab, or whole")
    .action(async (names) => (await import("./keys/revoke.ts")).revokeApiKeys(names));
}
