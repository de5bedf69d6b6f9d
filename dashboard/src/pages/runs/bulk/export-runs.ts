import type { ExportFormat } from "../../../../../src/contracts/bulk.ts";
import { exportAddress, exportNamed, type WhichRuns } from "../../../api/bulk.ts";
import { showToast } from "../../../components/toast-store.ts";

/** A file of the runs, which the browser keeps where it keeps what was downloaded. */
export async function exportRuns(which: WhichRuns, format: ExportFormat): Promise<void> {
  if ("filter" in which) return download(exportAddress(which.filter, format));
  try {
    const { content, name } = await exportNamed(which.runs, format);
    const address = URL.createObjectURL(content);
    download(address, name);
    URL.revokeObjectURL(address);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    showToast({ tone: "bad", text: `The runs could not be exported: ${why}` });
  }
}

/** @param name where the address does not say one itself */
function download(address: string, name = ""): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
}
