import type { Command } from "commander";
import { Decision, ReviewQuery } from "../contracts/review.ts";
import { integerBetween, oneOf, wholeNumbers } from "./argument-types.ts";

const MOST_LISTED = 200;
const { sort } = ReviewQuery.shape;

export function addReviewsCommand(program: Command): void {
  const reviews = program
    .command("reviews")
    .summary("list pictures that wait for a person, and decide about them")
    .description(
      "Pictures that wait for a person: list them, decide about them, and look up what was decided.",
    );
  reviews
    .command("list", { isDefault: true })
    .description("List what waits for a decision, those with the worst numbers first.")
    .option("--batch <uuid>", "of one batch")
    .option("--workflow <name>", "of one workflow")
    .option("--step <id>", "of one reviewing step")
    .option("--sort <order>", sort.unwrap().options.join(", "), oneOf(...sort.unwrap().options), "concern")
    .option("--limit <n>", "how many at most", integerBetween(1, MOST_LISTED), 20)
    .option("--json", "as JSON on stdout")
    .action(async (options) => (await import("./reviews/list.ts")).listReviews(options));
  reviews
    .command("decide")
    .description("Decide about pictures that wait; the same decision again changes nothing.")
    .argument("<decision>", Decision.options.join(", "), oneOf(...Decision.options))
    .argument("<task...>", "UUIDs of reviews, as reviews list shows them")
    .option(
      "--mask <file>",
      "with editMask: what is repainted, white; a file, or the UUID of a stored picture",
    )
    .option("--seed <n>", "with reroll (default: by chance)", integerBetween(0, Number.MAX_SAFE_INTEGER))
    .option("--image <uuid>", "with accept: the candidate that is taken")
    .option("--regions <numbers>", "with reroll and editMask: only these regions, such as 1,3", wholeNumbers)
    .option("--keep-regions <numbers>", "regions that become what they were before", wholeNumbers)
    .option("--round <n>", "which showing is meant (default: the present one)", integerBetween(1, 1_000_000))
    .action(async (decision, tasks, options) =>
      (await import("./reviews/decide.ts")).decideReviews(decision, tasks, options),
    );
  reviews
    .command("decisions")
    .description("List what was decided, by whom and when, the newest first.")
    .option("--batch <uuid>", "of one batch")
    .option("--run <uuid>", "of one run")
    .option("--workflow <name>", "of one workflow")
    .option("--limit <n>", "how many at most", integerBetween(1, MOST_LISTED), 20)
    .option("--json", "as JSON on stdout")
    .action(async (options) => (await import("./reviews/decisions.ts")).listDecisions(options));
}
