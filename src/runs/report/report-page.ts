import type { ReportHead, StopReason } from "../../contracts/report.ts";
import { clock } from "./clock.ts";
import { type Html, hrefOf, html, Html as Markup } from "./html.ts";
import { FILTERS, pageFile } from "./report-filters.ts";
import { REPORT_PAGE } from "./report-names.ts";
import { type PageRow, renderRow } from "./report-row.ts";
import { REPORT_STYLE } from "./report-style.ts";
import type { ReportSums } from "./report-tally.ts";

export interface ReportPage {
  readonly head: ReportHead;
  readonly sums: ReportSums;
  /** Id of the filter that it is a page of. */
  readonly filter: string;
  /** From 1. */
  readonly page: number;
  readonly pages: number;
  readonly rows: readonly PageRow[];
}

/** Pages around the current one that are linked to. */
const NEIGHBOURS = 3;

const STOPPED: Readonly<Record<StopReason, string>> = {
  interrupted: "The batch was stopped before its end.",
  "max-failures": "The batch was stopped because as many pictures failed as it may have.",
  "max-cost": "The batch was stopped because what is left would cost more than it may.",
  "disk-full": "The batch was stopped because no room was left on the disk.",
};

/** A page of the report: no script, nothing from elsewhere, every text escaped. */
export function renderReportPage(report: ReportPage): string {
  const { head, filter, page, rows } = report;
  const up = pageFile(filter, page) === REPORT_PAGE ? "" : "../";
  const isFront = up === "";
  const nothing = html`<p class="none">No picture here.</p>`;
  const body = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self' file:; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>${head.workflow}: ${report.sums.pictures} pictures</title>
<style>${new Markup(REPORT_STYLE)}</style>
</head>
<body>
<header>
<p class="kicker">Maskloom report</p>
<h1>${head.workflow}</h1>
<p class="lead">${leadOf(report)}</p>
${head.stopped === undefined ? null : noticeOf(report, head.stopped)}
${statusBar(report.sums)}
<nav aria-label="Status">${filterList(report, up)}</nav>
</header>
${isFront ? summary(report, up) : null}
<main>
${pageLinks(report, up)}
${rows.length === 0 ? nothing : html`<ol class="runs">${rows.map((row) => renderRow(row, up))}</ol>`}
${report.pages > 1 ? pageLinks(report, up) : null}
</main>
<footer>Maskloom ${head.version} · batch <code>${head.batchUUID}</code> · workflow digest <code>${head.workflowDigest}</code></footer>
</body>
</html>
`;
  return body.text;
}

const number = (value: number): string => value.toLocaleString("en");

function leadOf({ head, sums }: ReportPage): string {
  const of = sums.pictures < head.pictures ? ` of ${number(head.pictures)}` : "";
  const sample = head.sampledFrom === undefined ? "" : `, a sample of ${number(head.sampledFrom)}`;
  const started = head.startedAt.slice(0, 16).replace("T", " ");
  return `${number(sums.pictures)}${of} ${sums.pictures === 1 ? "picture" : "pictures"}${sample}, begun ${started} UTC, in ${clock(head.seconds)}`;
}

function noticeOf({ head, sums }: ReportPage, stopped: StopReason): Html {
  const left = Math.max(0, head.pictures - sums.pictures);
  return html`<p class="notice" role="status">${STOPPED[stopped]} ${number(left)} pictures are left; the same command, or resuming the batch, goes on with them.</p>`;
}

function statusBar({ statuses }: ReportSums): Html {
  const parts = [...statuses].map(
    ([status, count]) =>
      html`<i class="${status}" style="flex:${count}" title="${number(count)} ${status}"></i>`,
  );
  return html`<div class="bar" aria-hidden="true">${parts}</div>`;
}

function filterList({ sums, filter }: ReportPage, up: string): Html {
  const items = FILTERS.flatMap(({ id, label, count }, at) => {
    const pictures = count(sums);
    if (pictures === 0 && at > 0) return [];
    const current = id === filter ? html` aria-current="page"` : null;
    const link = html`<a class="${id}" href="${up}${hrefOf(pageFile(id, 1))}"${current}>${label} <b>${number(pictures)}</b></a>`;
    return [html`<li>${link}</li>`];
  });
  return html`<ul class="filters">${items}</ul>`;
}

function summary({ head, sums }: ReportPage, up: string): Html {
  const fresh = sums.pictures - sums.reused;
  const rate = head.seconds > 0 ? (fresh / head.seconds) * 60 : 0;
  const facts: readonly (readonly [string, string])[] = [
    ["Time", clock(head.seconds)],
    ...(sums.reused === 0
      ? []
      : [["Done by this command", `${number(fresh)} ${fresh === 1 ? "picture" : "pictures"}`] as const]),
    [
      "Speed",
      fresh === 0 ? "nothing was left to do" : `${rate < 10 ? rate.toFixed(1) : Math.round(rate)} a minute`,
    ],
    ...(sums.moved === 0
      ? []
      : [
          [
            "Moved to a fallback",
            `${number(sums.moved)} ${sums.moved === 1 ? "picture" : "pictures"}`,
          ] as const,
        ]),
    ["Cost", sums.cost === null ? "none" : `$${sums.cost.toFixed(4)}`],
    [
      "Files",
      head.encoding === "lossless" ? "lossless: exactly the computed pixels" : "some are lossy (JPEG, WEBP)",
    ],
  ];
  const terms = facts.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`);
  return html`<dl class="facts">${terms}</dl>${reasons(sums, up)}${models(head)}`;
}

function reasons({ failures }: ReportSums, up: string): Html | null {
  if (failures.length === 0) return null;
  const rows = failures.map(
    ({ code, count, message }) =>
      html`<tr><td class="count">${number(count)}</td><th scope="row"><code>${code}</code></th><td>${message}</td></tr>`,
  );
  const link = html`<a href="${up}${hrefOf(pageFile("failed", 1))}">Why pictures failed</a>`;
  return html`<table class="reasons"><caption>${link}</caption><tbody>${rows}</tbody></table>`;
}

function models({ models: all }: ReportHead): Html {
  const items = all.map(
    ({ step, model, provider, modelDigest, weights = [] }) =>
      html`<li>${step}: ${model ?? "no model"}${provider === null ? null : ` on ${provider}`} <code>${modelDigest}</code>${weights.map((sha256) => html`<br>weights <code>${sha256}</code>`)}</li>`,
  );
  return html`<details class="models"><summary>Models: the digest of bytes and code, and the SHA-256 of each file</summary><ul>${items}</ul></details>`;
}

function pageLinks({ filter, page, pages, rows }: ReportPage, up: string): Html {
  const near = Array.from({ length: pages }, (_, at) => at + 1).filter(
    (one) => one === 1 || one === pages || Math.abs(one - page) <= NEIGHBOURS,
  );
  const links = near.map((one, at) => {
    const gap = at > 0 && one - (near[at - 1] ?? one) > 1 ? html`…` : null;
    const own = one === page;
    return own
      ? html`${gap}<b aria-current="page">${one}</b>`
      : html`${gap}<a href="${up}${hrefOf(pageFile(filter, one))}">${one}</a>`;
  });
  const shown = html`<span>${number(rows.length)} ${rows.length === 1 ? "picture" : "pictures"} on this page</span>`;
  return html`<nav class="pages" aria-label="Pages">${shown}${pages > 1 ? links : null}</nav>`;
}
