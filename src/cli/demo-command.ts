import path from "node:path";
import type { Command } from "commander";

export function addDemoCommand(program: Command): void {
  program
    .command("demo")
    .summary("see it work on two photos that come with it")
    .description(
      "Runs the workflow face-detail on two public-domain photos that come with Maskloom, and makes a sheet of the " +
        "faces before and after. Needs nothing but Node.",
    )
    .option("-o, --out <dir>", "folder of the results", path.join("out", "demo"))
    .action(async (options) => (await import("./demo.ts")).demo(options));
}
