import type { RunWorkflow, WorkflowSummary } from "../../../../../src/contracts/api.ts";
import type { RunDetail, TaskView } from "../../../../../src/contracts/run.ts";
import { type CurlTarget, curlCommand, shellQuote } from "../../../components/curl-command.ts";

type Copied = Pick<RunDetail, "workflow" | "workflowDigest" | "file" | "inputs">;

type Redone = Pick<TaskView, "runUUID" | "step">;

/** What a run follows, and what is asked for by its name today. */
interface Followed {
  readonly source: RunWorkflow["source"];
  /** Undefined where nothing has the name, or it is not known yet what has. */
  readonly namesake: Pick<WorkflowSummary, "digest" | "origin"> | undefined;
}

/**
 * The request that does the same with a picture of this name in the current folder. The name of a workflow stands for
 * its newest version: where that is not what the run followed, the request carries what it did.
 */
export function asCurl(run: Copied, followed: Followed, target: CurlTarget): string {
  const inputs = scalarsOf(run);
  const isNamed = followed.namesake?.digest === run.workflowDigest;
  const fields = [
    `--form-string ${shellQuote(`workflow=${isNamed ? run.workflow : followed.source}`)}`,
    `--form-string ${shellQuote(`file=${run.file}`)}`,
    ...(Object.keys(inputs).length === 0
      ? []
      : [`--form-string ${shellQuote(`inputs=${JSON.stringify(inputs)}`)}`]),
    `-F ${shellQuote(`image=@${formFile(fileName(run.file))}`)}`,
  ];
  return curlCommand(target, "/api/runs?wait=120", fields);
}

/**
 * The same on the command line. Only the name of a workflow that comes with Maskloom means the same in every installation
 * and for every owner: another one is written into a file first, which its digest keeps apart from whatever is there.
 */
export function asCli(run: Copied, { source, namesake }: Followed): string {
  const isShipped = namesake?.origin === "shipped" && namesake.digest === run.workflowDigest;
  const file = `${run.workflow}-${run.workflowDigest.slice(0, 12)}.yaml`;
  const settings = Object.entries(scalarsOf(run)).map(
    ([name, value]) => `--set ${shellQuote(`${name}=${value}`)}`,
  );
  const command = [
    `maskloom run ${isShipped ? run.workflow : shellQuote(`./${file}`)} ${shellQuote(fileName(run.file))} --out out`,
    ...settings,
  ].join(" \\\n  ");
  return isShipped ? command : `${written(file, source)}\n${command}`;
}

/** As a shell writes a text into a file; lines of YAML within a text of its own are indented, so none ends it. */
const written = (file: string, text: string): string =>
  [`cat > ${shellQuote(file)} <<'MASKLOOM'`, text.replace(/\n$/, ""), "MASKLOOM"].join("\n");

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

/** In curl's own language, where commas and semicolons end a name. */
const formFile = (name: string): string => (/[;,"\\]/.test(name) ? JSON.stringify(name) : name);

function fileName(file: string): string {
  return file.split(/[/\\]/).at(-1) ?? file;
}
