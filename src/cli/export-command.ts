import type { Command } from "commander";

export function addExportCommand(program: Command): void {
  program
    .command("export")
    .summary("write everything of this installation into a folder")
    .description("Write everything of this installation into a folder: rows, pictures, hashes of keys.")
    .argument("<folder>", "is made; an earlier export of the same installation is brought up to date")
    .option("--json", "as JSON on stdout")
    .action(async (folder, options) => (await import("./transfer/export.ts")).exportAll(folder, options));
}

export function addImportCommand(program: Command): void {
  program
    .command("import")
    .summary("take in what `export` wrote")
    .description("Take in what `export` wrote, into the database and the store that are configured here.")
    .argument("<folder>", "what `export` wrote")
    .option("--merge", "also where there is something already, which stays as it is")
    .option("--json", "as JSON on stdout")
    .action(async (folder, options) => (await import("./transfer/import.ts")).importAll(folder, options));
}
