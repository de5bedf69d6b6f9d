import type { Command } from "commander";
import { DEFAULT_INPAINTER } from "../importers/imported.ts";

export function addWorkflowsCommand(program: Command): void {
  const workflows = program
    .command("workflows")
    .summary("list, show, check and import workflows")
    .description("The workflows that come with Maskloom, those that were saved, and your own files.");
  workflows
    .command("list", { isDefault: true })
    .description("List the workflows that come with Maskloom, and those that were saved in the dashboard.")
    .option("--json", "as JSON on stdout")
    .action(async (options) => (await import("./workflows.ts")).listWorkflows(options));
  workflows
    .command("show")
    .description("Show a workflow: its inputs and steps, or the file itself.")
    .argument("<workflow>", "name, or path of a file")
    .option("--json", "the document, its digest and its inputs as JSON on stdout")
    .option("--source", "the file as it is written")
    .action(async (workflow, options) => (await import("./workflows.ts")).showWorkflow(workflow, options));
  workflows
    .command("schema")
    .description("Print the JSON Schema of workflow files, for completion in editors.")
    .action(async () => (await import("./workflows.ts")).printWorkflowSchema());
  workflows
    .command("validate")
    .description(
      "Check workflow files; every fault with line, column and what was probably meant. Exit code 1 if any has one.",
    )
    .argument("<file...>", "files, or names of workflows")
    .option("--json", "one JSON array on stdout")
    .action(async (files, options) => (await import("./workflows.ts")).validateWorkflows(files, options));
  addImporters(workflows);
}

function addImporters(workflows: Command): void {
  const importer = (name: string, what: string, argument: string): Command =>
    workflows
      .command(name)
      .description(what)
      .argument("<file>", argument)
      .option("-o, --output <file>", "where the workflow goes (default: stdout)")
      .option("--force", "with -o: replace a file that is there")
      .option("--name <name>", "what the workflow is called (default: the file's name)")
      .option("--model <model>", "the inpainter of its steps", DEFAULT_INPAINTER)
      .option("--json", "the workflow and what did not come along, as JSON on stdout");
  importer(
    "import-adetailer",
    "Make a workflow of ADetailer's arguments; say what has no equivalent.",
    "args list, payload of A1111's API, one unit, infotext, or a picture that carries it; - for stdin",
  )
    .option("--settings <file>", "the web UI's config.json, where ADetailer keeps its own settings")
    .action(async (file, options) =>
      (await import("./import-workflow.ts")).importFromADetailer(file, options),
    );
  importer(
    "import-comfyui",
    "Make a workflow of the Impact Pack's detailers in a ComfyUI graph; say what has no equivalent.",
    "graph in API or editor format, or a picture that carries it; - for stdin",
  ).action(async (file, options) => (await import("./import-workflow.ts")).importFromComfyUI(file, options));
}
