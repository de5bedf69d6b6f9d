import process from "node:process";
import type { Command } from "commander";
import { plannedDetectors } from "../../models/not-yet.ts";
import { detectorManifests, inpainterManifests } from "../../models/registry.ts";
import { formatTable, paint, printJson, printLine } from "./terminal.ts";

export function addModelsCommand(program: Command): void {
  const models = program.command("models").description("What this installation can detect and inpaint with.");
  models
    .command("list", { isDefault: true })
    .description("List detectors, inpainters and what is known but not here yet.")
    .option("--json", "as JSON on stdout")
    .action(list);
}

function list({ json }: { readonly json?: true }): void {
  if (json) {
    printJson({ detectors: detectorManifests, inpainters: inpainterManifests, notYet: plannedDetectors });
    return;
  }
  const heading = (text: string) => printLine(paint("bold", text, process.stdout));
  heading("Detectors");
  const detectors = detectorManifests.map(({ id, air, description }) => [`  ${id}`, air ?? "", description]);
  printLine(formatTable(detectors));
  heading("\nInpainters");
  printLine(formatTable(inpainterManifests.map(({ id, description }) => [`  ${id}`, description])));
  heading("\nKnown by name, not in this version");
  printLine(formatTable(plannedDetectors.map(({ id, air }) => [`  ${id}`, air])));
}
