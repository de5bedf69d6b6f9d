import type { ReportHead } from "../../contracts/report.ts";
import type { ReportEntry } from "./report-entry.ts";

const PART_CHARACTERS = 64 * 1024;

/** The text of a report, part by part: its head over several lines, each run on one, so that it can be read by lines. */
export async function* reportJson(
  head: ReportHead,
  entries: AsyncIterable<ReportEntry>,
): AsyncGenerator<string> {
  let part = `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "runs": [`;
  let separator = "\n";
  for await (const { run } of entries) {
    part += `${separator}    ${JSON.stringify(run)}`;
    separator = ",\n";
    if (part.length < PART_CHARACTERS) continue;
    yield part;
    part = "";
  }
  yield `${part}${separator === "\n" ? "" : "\n  "}]\n}\n`;
}
