import { type Command, InvalidArgumentError } from "commander";
import { labelled } from "./argument-types.ts";

/** A number, or `none` for no limit. */
const limit = (text: string): number | null => {
  if (text === "none") return null;
  const number = Number(text);
  if (text.trim() !== "" && Number.isFinite(number) && number >= 0) return number;
  throw new InvalidArgumentError("expected a number, or none");
};

export function addOwnersCommand(program: Command): void {
  const owners = program
    .command("owners")
    .summary("list owners, set their limits, erase all of one")
    .description("Whose everything is: what owners use and may use, and how all of it is taken away.");
  owners
    .command("list", { isDefault: true })
    .description("List owners with what they use, and of how much.")
    .option("--csv", "as CSV on stdout")
    .option("--json", "as JSON on stdout")
    .action(async (options) => (await import("./owners/list.ts")).listOwners(options));
  owners
    .command("set")
    .description("Set limits and labels of an owner; they hold from the next request on.")
    .argument("<owner>", "its name")
    .option("--runs-per-day <n>", "runs that may begin within a day of UTC, or none", limit)
    .option("--gigabytes <n>", "of pictures that are kept, or none", limit)
    .option("--tasks-at-once <n>", "tasks in workers' hands, or none", limit)
    .option("--cost-per-day <usd>", "US dollars within a day of UTC, or none", limit)
    .option("--label <key=value>", "in place of the labels that there are; again for more", labelled)
    .option("--json", "as JSON on stdout")
    .action(async (owner, options) => (await import("./owners/set.ts")).setOwner(owner, options));
  owners
    .command("erase")
    .description("Take away everything of an owner now: keys, runs, pictures. It cannot be undone.")
    .argument("<owner>", "its name")
    .option("--yes", "without it, it is only said how much it would be")
    .option("--json", "as JSON on stdout")
    .action(async (owner, options) => (await import("./owners/erase.ts")).eraseOwner(owner, options));
}
