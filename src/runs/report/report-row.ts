import path from "node:path";
import type { ReportRun, ReportTask } from "../../contracts/report.ts";
import { type Html, hrefOf, html } from "./html.ts";

/** A picture as a page shows it; files relative to the out folder, with `/`. */
export interface PageRow {
  readonly run: ReportRun;
  /** The picture itself. */
  readonly source: string | null;
  /** Small copies. */
  readonly before: string | null;
  readonly after: string | null;
}

/** @param up what leads from the page to the out folder */
export function renderRow({ run, source, before, after }: PageRow, up: string): Html {
  const link = (file: string | null) => (file === null ? null : `${up}${hrefOf(file)}`);
  return html`<li class="run ${run.status}">
<div class="shots">${shot("before", run.file, link(before), link(source))}${resultOf(run, link(after), link(run.output))}</div>
<div>
<p class="name"><bdi>${run.file}</bdi></p>
<p class="facts-line"><span class="state">${run.status}</span>${factsOf(run).map((fact) => html`<span>${fact}</span>`)}</p>
${run.error === undefined ? null : html`<p class="error"><code>${run.error.code}</code> ${withoutName(run, run.error.message)}</p>`}
${filesOf(run, up)}
${run.warnings.length === 0 ? null : html`<ul class="warnings">${run.warnings.map((text) => html`<li>${text}</li>`)}</ul>`}
${stepsOf(run.tasks)}
</div>
</li>
`;
}

function shot(label: string, file: string, thumbnail: string | null, target: string | null): Html {
  const picture =
    thumbnail === null
      ? html`no preview`
      : html`<img src="${thumbnail}" alt="${file}, ${label}" loading="lazy" decoding="async">`;
  const content = html`${picture}<small>${label}</small>`;
  return target === null ? html`<span>${content}</span>` : html`<a href="${target}">${content}</a>`;
}

function resultOf(run: ReportRun, thumbnail: string | null, output: string | null): Html {
  if (output === null) return html`<span>no result</span>`;
  if (run.status === "skipped") return html`<a href="${output}">copied<br>as it was</a>`;
  return shot("after", run.file, thumbnail, output);
}

/** Masks, candidates and whatever else the workflow gives out. */
function filesOf({ files = [] }: ReportRun, up: string): Html | null {
  if (files.length === 0) return null;
  const items = files.map(
    (file) => html`<li><a href="${up}${hrefOf(file)}"><bdi>${path.posix.basename(file)}</bdi></a></li>`,
  );
  return html`<ul class="files">${items}</ul>`;
}

function factsOf(run: ReportRun): string[] {
  const facts: string[] = [];
  if (run.copyOf !== undefined) facts.push(`same as ${run.copyOf}`);
  else if (run.reused) facts.push("done before");
  facts.push(`${run.seconds < 10 ? run.seconds.toFixed(1) : Math.round(run.seconds)} s`);
  if (run.cost !== undefined) facts.push(`$${run.cost.toFixed(4)}`);
  if (run.pixelsChangedInside !== null)
    facts.push(`${run.pixelsChangedInside.toLocaleString("en")} pixels repainted`);
  if (run.pixelsChangedOutside !== null)
    facts.push(`${run.pixelsChangedOutside.toLocaleString("en")} changed outside`);
  return facts;
}

/** The name stands above it already. */
function withoutName({ file }: ReportRun, message: string): string {
  return message.startsWith(`${file}: `) ? message.slice(file.length + 2) : message;
}

function stepsOf(tasks: readonly ReportTask[]): Html | null {
  if (tasks.length === 0) return null;
  const items = tasks.map((task) => {
    const { step, element, status, model, seconds, seed, seeds, attempts, taskUUID } = task;
    const name = element === undefined ? step : `${step}[${element}]`;
    const facts = [
      status,
      ...(model === null ? [] : [model]),
      `${seconds.toFixed(1)} s`,
      ...(seed === undefined ? [] : [`seed ${seed}`]),
      ...(seeds === undefined ? [] : [`painted with ${seeds.join(", ")}`]),
      ...(attempts > 1 ? [`${attempts} attempts`] : []),
      ...(task.movedToFallback === true ? ["at the fallback"] : []),
    ];
    return html`<li>${name}: ${facts.join(", ")} <code>${taskUUID}</code></li>`;
  });
  return html`<details class="steps"><summary>${tasks.length} ${tasks.length === 1 ? "step" : "steps"}</summary><ol>${items}</ol></details>`;
}
