import type { RunDetail, TaskView } from "../../../../../src/contracts/run.ts";
import { type CurlTarget, curlCommand, shellQuote } from "../../../components/curl-command.ts";

type Copied = Pick<RunDetail, "workflow" | "file" | "inputs">;

type Redone = Pick<TaskView, "runUUID" | "step">;

/** The request that does the same with a picture of this name in the current folder. */
export function asCurl(run: Copied, target: CurlTarget): string {
  const inputs = scalarsOf(run);
  const fields = [
    `--form-string ${shellQuote(`workflow=${run.workflow}`)}`,
    `--form-string ${shellQuote(`file=${run.file}`)}`,
    ...(Object.keys(inputs).length === 0
      ? []
      : [`--form-string ${shellQuote(`inputs=${JSON.stringify(inputs)}`)}`]),
    `-F ${shellQuote(`image=@${fileName(run.file)}`)}`,
  ];
  return curlCommand(target, "/api/runs?wait=120", fields);
}

/** The same on the command line. */
export function asCli(run: Copied): string {
  const settings = Object.entries(scalarsOf(run)).map(
    ([name, value]) => `--set ${shellQuote(`${name}=${value}`)}`,
  );
  return [
    `maskloom run ${shellQuote(run.workflow)} ${shellQuote(fileName(run.file))} --out out`,
    ...settings,
  ].join(" \\\n  ");
}

/** The request that does a step of a run again, in a new run that takes over what the step does not need anew. */
export function asRerunCurl({ runUUID, step }: Redone, target: CurlTarget): string {
  return curlCommand(target, `/api/runs/${runUUID}/rerun`, [
    "-H 'Content-Type: application/json'",
    `-d ${shellQuote(JSON.stringify({ from: step }))}`,
  ]);
}

/** The same on the command line. */
export function asRerunCli({ runUUID, step }: Redone): string {
  return `maskloom runs rerun ${runUUID} --from ${shellQuote(step)}`;
}

function scalarsOf({ inputs }: Copied): Readonly<Record<string, string | number | boolean>> {
  return Object.fromEntries(
    Object.entries(inputs).flatMap(([name, value]) =>
      typeof value === "string" || typeof value === "number" || typeof value === "boolean"
        ? [[name, value]]
        : [],
    ),
  );
}

function fileName(file: string): string {
  return file.split(/[/\\]/).at(-1) ?? file;
}
