import process from "node:process";
import { describePlace } from "../artifacts/blob-place.ts";
import { readConfig } from "../config/config.ts";
import { collectGarbage } from "../runs/collect/collect-garbage.ts";
import { openProcessLog } from "../runs/process-log.ts";
import { retentionInForce } from "../runs/retention.ts";
import { openServices } from "../runs/services.ts";
import { countUnused } from "../store/collect.ts";
import { readInstallation } from "../store/secrets.ts";
import { EXIT } from "./exit-codes.ts";
import { listenForInterruption } from "./interruption.ts";
import { printJson, printLine, say, sayWarning } from "./terminal.ts";

interface GcOptions {
  readonly unusedDays?: number;
  readonly dryRun?: true;
  readonly json?: true;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Beside a server and workers, too: whatever is in use meanwhile stays. */
export async function collect({ unusedDays, dryRun, json }: GcOptions): Promise<void> {
  const config = readConfig();
  const interruption = listenForInterruption((name) => say(`${name}: stopping`));
  const logger = openProcessLog(config);
  const services = await openServices(config, (error) => logger.error(error));
  try {
    const { store, blobs } = services;
    const retention = await retentionInForce(store, config);
    const keepMs = unusedDays === undefined ? retention.keepMs : unusedDays * DAY_MS;
    const unused = await countUnused(store.db, keepMs);
    const size = `${(unused.bytes / 2 ** 20).toFixed(1)} MiB`;
    if (dryRun) {
      if (json) printJson({ wouldRemove: unused });
      else printLine(`would remove ${count(unused.pictures, "picture")}, ${size}`);
    } else {
      if (!(await blobs.claim(await readInstallation(store.db)))) {
        const others = `${describePlace(config.artifacts)}/installations`;
        sayWarning(
          `${describePlace(config.artifacts)} is used by other installations too, so no file of it is removed; ` +
            `if they are gone, remove their names from ${others}`,
        );
      }
      const removed = await collectGarbage(store, blobs, {
        ...retention,
        keepMs,
        thorough: true,
        signal: interruption.signal,
      });
      if (json) printJson({ removed });
      else
        printLine(
          `removed ${count(removed.pictures, "picture")} and ${count(removed.blobs, "file")}, ${size} of them pictures`,
        );
    }
  } finally {
    await services.close();
    interruption.dispose();
  }
  process.exitCode = interruption.exitCode() ?? EXIT.good;
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? "" : "s"}`;
