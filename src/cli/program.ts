import { Command } from "commander";
import { packageVersion } from "../package-version.ts";
import { addBatchesCommand } from "./batches-command.ts";
import { addDemoCommand } from "./demo-command.ts";
import { addDetectCommand } from "./detect-command.ts";
import { addDoctorCommand } from "./doctor-command.ts";
import { addExportCommand, addImportCommand } from "./export-command.ts";
import { addGcCommand } from "./gc-command.ts";
import { addKeysCommand } from "./keys-command.ts";
import { addMaskCommand } from "./mask-command.ts";
import { addModelsCommand } from "./models-command.ts";
import { addNotificationsCommand } from "./notifications-command.ts";
import { addOwnersCommand } from "./owners-command.ts";
import { addProvidersCommand } from "./providers-command.ts";
import { addQueuesCommand } from "./queues-command.ts";
import { refuseUnknownCommands } from "./refuse-unknown-command.ts";
import { addReviewsCommand } from "./reviews-command.ts";
import { addRunCommand } from "./run-command.ts";
import { addRunsCommand } from "./runs-command.ts";
import { addServerCommand } from "./server-command.ts";
import { addUpCommand } from "./up-command.ts";
import { addWorkerCommand } from "./worker-command.ts";
import { addWorkflowsCommand } from "./workflows-command.ts";

/** All commands; failures are thrown, never `process.exit`. */
export function createProgram(): Command {
  const program = new Command("maskloom")
    .description(
      "Finds faces, hands and people in pictures, makes masks of them, and repaints them zoomed in.",
    )
    .version(packageVersion(), "-V, --version", "say the version")
    .helpOption("-h, --help", "say how to use a command")
    .showHelpAfterError("(--help says how to use it)")
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error:/, "error INPUT_INVALID:")) })
    .exitOverride()
    .configureHelp({ showGlobalOptions: false });
  addDemoCommand(program);
  addRunCommand(program);
  addRunsCommand(program);
  addBatchesCommand(program);
  addReviewsCommand(program);
  addQueuesCommand(program);
  addDetectCommand(program);
  addMaskCommand(program);
  addUpCommand(program);
  addServerCommand(program);
  addWorkerCommand(program);
  addKeysCommand(program);
  addOwnersCommand(program);
  addModelsCommand(program);
  addProvidersCommand(program);
  addNotificationsCommand(program);
  addWorkflowsCommand(program);
  addGcCommand(program);
  addExportCommand(program);
  addImportCommand(program);
  addDoctorCommand(program);
  refuseUnknownCommands(program);
  program.addHelpText(
    "after",
    `
Examples:
  maskloom demo
  maskloom detect photo.jpg --json
  maskloom run face-detail photos/ --out results/
  maskloom up

Results go to stdout, everything else to stderr. Exit codes: 0 all good, 1 some failed, 2 bad usage.
Settings come from the environment or config.yaml: MASKLOOM_HOME, DATABASE_URL, REDIS_URL, LOG_LEVEL … See docs/cli.md.`,
  );
  return program;
}
