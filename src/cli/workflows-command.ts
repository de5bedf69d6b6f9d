import type { Command } from "commander";
import { refuseUnknownCommand } from "./refuse-unknown-command.ts";

export function addWorkflowsCommand(program: Command): void {
  const workflows = program
    .command("workflows")
    .description("The workflows that come with Maskloom, and your own files.");
  workflows
    .command("list", { isDefault: true })
    .description("List the workflows that come with Maskloom.")
    .option("--json", "as JSON on stdout")
    .allowExcessArguments()
    .action(async (options, command: Command) => {
      refuseUnknownCommand(workflows, command);
      await (await import("./workflows.ts")).listWorkflows(options);
    });
  workflows
    .command("show")
    .description("Show a workflow: its inputs and steps, or the file itself.")
    .argument("<workflow>", "name, or path of a file")
    .option("--json", "the document, its digest and its inputs as JSON on stdout")
    .option("--source", "the file as it is written")
    .action(async (workflow, options) => (await import("./workflows.ts")).showWorkflow(workflow, options));
  workflows
    .command("validate")
    .description(
      "Check workflow files; every fault with line, column and what was probably meant. Exit code 1 if any has one.",
    )
    .argument("<file...>", "files, or names of workflows that come with Maskloom")
    .option("--json", "one JSON array on stdout")
    .action(async (files, options) => (await import("./workflows.ts")).validateWorkflows(files, options));
}
