import type { Command } from "commander";

export function addDoctorCommand(program: Command): void {
  program
    .command("doctor")
    .summary("check that everything works here")
    .description(
      "Checks Node, platform, disk, models, detection and engine, and says what to do about each problem.",
    )
    .option("--json", "as JSON on stdout")
    .action(async (options) => (await import("./doctor/doctor.ts")).doctor(options));
}
