import type { RunDetail, TaskView } from "../../../../../src/contracts/run.ts";

type Copied = Pick<RunDetail, "workflow" | "file" | "inputs">;

type Redone = Pick<TaskView, "runUUID" | "step">;

/** The request that does the same with a picture of this name in the current folder. */
export function asCurl(run: Copied, origin: string): string {
  const inputs = scalarsOf(run);
  const fields = [
    `--form-string ${quote(`workflow=${run.workflow}`)}`,
    `--form-string ${quote(`file=${run.file}`)}`,
    ...(Object.keys(inputs).length === 0
      ? []
      : [`--form-string ${quote(`inputs=${JSON.stringify(inputs)}`)}`]),
    `-F ${quote(`image=@${fileName(run.file)}`)}`,
  ];
  return [`curl ${quote(`${origin}/api/runs?wait=120`)}`, ...fields].join(" \\\n  ");
}

/** The same on the command line. */
export function asCli(run: Copied): string {
  const settings = Object.entries(scalarsOf(run)).map(
    ([name, value]) => `--set ${quote(`${name}=${value}`)}`,
  );
  return [`maskloom run ${quote(run.workflow)} ${quote(fileName(run.file))} --out out`, ...settings].join(
    " \\\n  ",
  );
}

/** The request that does a step of a run again, in a new run that takes over what the step does not need anew. */
export function asRerunCurl({ runUUID, step }: Redone, origin: string): string {
  return [
    `curl ${quote(`${origin}/api/runs/${runUUID}/rerun`)}`,
    "-H 'Content-Type: application/json'",
    `-d ${quote(JSON.stringify({ from: step }))}`,
  ].join(" \\\n  ");
}

/** The same on the command line. */
export function asRerunCli({ runUUID, step }: Redone): string {
  return `maskloom runs rerun ${runUUID} --from ${quote(step)}`;
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

/** For a POSIX shell: within single quotes nothing means anything but their end. */
function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
