import { type Command, Option } from "commander";
import { MaskloomError } from "../errors.ts";
import { collectSetting, integerBetween, numberBetween, oneOf } from "./argument-types.ts";

export function addRunCommand(program: Command): void {
  program
    .command("run")
    .summary("run a workflow on pictures")
    .description(
      "Runs a workflow on every picture and writes the results under the same relative names. Pictures in which " +
        "nothing was found are copied as they are. The same command again goes on where it stopped.",
    )
    .argument("<workflow>", "name (`maskloom workflows list`), or path of a .yaml or .json file")
    .argument("<picture...>", "files, folders (walked) or globs, of this machine or s3://…; PNG, JPEG, WEBP")
    .option("-o, --out <dir>", "folder of the results and of maskloom-report.json, or s3://bucket/folder")
    .option("-s, --set <key=value>", "value of an input of the workflow; may be repeated", collectSetting)
    .option(
      "--inputs <table.csv>",
      "values per picture, here or in S3: a column file, and a column for each input",
    )
    .option("--no-sidecars", "leave a.json and a.txt beside a.png unread")
    .option("--format <format>", "same | png | jpg | webp", oneOf("same", "png", "jpg", "webp"), "same")
    .option("--overwrite", "do everything anew, and replace files that Maskloom did not write")
    .option(
      "--sample <n>",
      "only n of the pictures, spread evenly over all",
      integerBetween(1, 1_000_000_000),
    )
    .addOption(
      new Option("--retry-failed", "only what failed in the last run into the folder").conflicts("sample"),
    )
    .option("--max-failures <n>", "stop when n pictures have failed", integerBetween(1, 1_000_000_000))
    .option(
      "--max-cost <usd>",
      "stop before paid providers cost more than this together",
      numberBetween(0, 1_000_000),
    )
    .option("--yes", "begin without asking, whatever paid providers will probably cost")
    .option("--no-provenance", "do not write into the results how they came about")
    .option("--no-thumbnails", "leave the small pictures out of the report")
    .option("--dry-run", "detect only: say what would be done, and draw contact sheets of what is found")
    .option(
      "--concurrency <n>",
      "tasks of each kind at a time (default: one per core)",
      integerBetween(1, 256),
    )
    .option("--json", "the report as JSON on stdout")
    .addHelpText(
      "after",
      `
Done already = the same picture, workflow and inputs, and its result is in the folder, unchanged.
Ctrl-C stops cleanly; the same command goes on. Ctrl-C twice stops at once, and loses nothing either.

Examples:
  maskloom run face-detail photos/ --out better/
  maskloom run face-detail 'photos/**/*.jpg' --out better/ --format png --set strength=0.6
  maskloom run anonymize-faces photos/ --out hidden/ --set mode=blur --json > report.json
  maskloom run face-detail s3://shots/2026 --out s3://shots/better
  maskloom run ./my.yaml photos/ --out out/ --inputs prompts.csv`,
    )
    .action(async (workflow, pictures, { out, ...options }) => {
      /* Commander would tell of a required option that is missing before it tells of `--ot`, which was meant for it. */
      if (out === undefined)
        throw new MaskloomError("INPUT_INVALID", "--out: expected a folder for the results, got none");
      await (await import("./run/run.ts")).run(workflow, pictures, { ...options, out });
    });
}
