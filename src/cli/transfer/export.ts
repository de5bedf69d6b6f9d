import path from "node:path";
import process from "node:process";
import { DONE_RUN_STATUSES } from "../../contracts/run.ts";
import { exportInstallation } from "../../runs/transfer/export-installation.ts";
import { EXIT } from "../exit-codes.ts";
import { listenForInterruption } from "../interruption.ts";
import { withServices } from "../runs/with-services.ts";
import { printJson, printLine, say, sayWarning } from "../terminal.ts";

/** Beside a server and workers, too: it is everything as it was when the export began. */
export async function exportAll(folder: string, { json }: { readonly json?: true }): Promise<void> {
  const interruption = listenForInterruption((name) =>
    say(`${name}: stopping; the same command goes on later`),
  );
  try {
    await withServices(async ({ store, blobs }) => {
      const open = await store.db
        .selectFrom("runs")
        .select("uuid")
        .where("status", "not in", [...DONE_RUN_STATUSES])
        .limit(1)
        .execute();
      if (open.length > 0) {
        sayWarning(
          "runs are under way: whoever imports this goes on with them, so let only one of the two installations work on",
        );
      }
      const manifest = await exportInstallation(path.resolve(folder), {
        store,
        blobs,
        signal: interruption.signal,
        onProgress: ({ what, count }) => say(`${what}: ${count}`),
      });
      const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
      if (manifest.missing.length > 0)
        sayWarning(`${manifest.missing.length} files were not there to be copied; the manifest names them`);
      if (json) printJson({ folder: path.resolve(folder), rows, ...manifest });
      else
        printLine(
          `${path.resolve(folder)}: ${rows} rows and ${manifest.files} files, ${megabytes(manifest.bytes)}`,
        );
    });
  } finally {
    interruption.dispose();
  }
  process.exitCode = interruption.exitCode() ?? EXIT.good;
}

const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
