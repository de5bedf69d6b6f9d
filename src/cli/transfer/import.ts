import path from "node:path";
import process from "node:process";
import { importInstallation } from "../../runs/transfer/import-installation.ts";
import { EXIT } from "../exit-codes.ts";
import { listenForInterruption } from "../interruption.ts";
import { withServices } from "../runs/with-services.ts";
import { printJson, printLine, say } from "../terminal.ts";

interface ImportOptions {
  readonly merge?: true;
  readonly json?: true;
}

export async function importAll(folder: string, { merge, json }: ImportOptions): Promise<void> {
  const interruption = listenForInterruption((name) =>
    say(`${name}: stopping; the same command goes on later`),
  );
  try {
    await withServices(async ({ store, blobs }) => {
      const imported = await importInstallation(path.resolve(folder), {
        store,
        blobs,
        merge: merge === true,
        signal: interruption.signal,
        onProgress: ({ what, count }) => say(`${what}: ${count}`),
      });
      if (json) printJson(imported);
      else if (imported.wasKnown) printLine("this export was taken in before; nothing was done");
      else {
        const beside = imported.known === 0 ? "" : `; ${imported.known} stay as they are here`;
        printLine(`${imported.rows} rows and ${imported.files} files were taken in${beside}`);
      }
    });
  } finally {
    interruption.dispose();
  }
  process.exitCode = interruption.exitCode() ?? EXIT.good;
}
