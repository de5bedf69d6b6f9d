/** Of the report's pages. Light and dark follow the system; nothing is loaded. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --paper: #faf9f6; --card: #fff; --ink: #1d1c1a; --soft: #67635c; --line: #e4e0d8;
  --accent: #3c5bd0; --good: #1f8a5b; --warn: #b26a00; --bad: #c4382f; --calm: #4a7c94; --shade: rgb(60 50 30 / .07) }
@media (prefers-color-scheme: dark) { :root { --paper: #131417; --card: #1b1d21; --ink: #ecebe7; --soft: #9c9a94;
  --line: #2d3036; --accent: #93a9ff; --good: #57c795; --warn: #e6ad55; --bad: #f0857b; --calm: #84b9d3; --shade: rgb(0 0 0 / .4) } }
* { box-sizing: border-box; margin: 0 }
body { background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif;
  max-width: 68rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; font-variant-numeric: tabular-nums }
a { color: inherit; text-underline-offset: .2em } a:hover { color: var(--accent) }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 4px }
h1 { font-size: 2rem; line-height: 1.15; letter-spacing: -.02em; font-weight: 650; overflow-wrap: anywhere }
.kicker { color: var(--soft); letter-spacing: .08em; text-transform: uppercase; font-size: .72rem; font-weight: 600 }
.lead { color: var(--soft); margin-top: .35rem }
.notice { margin-top: 1.25rem; padding: .75rem 1rem; border-radius: 10px; border: 1px solid var(--warn);
  background: color-mix(in srgb, var(--warn) 10%, transparent) }
.bar { display: flex; gap: 3px; height: 12px; margin: 1.75rem 0 .9rem; border-radius: 6px; overflow: hidden; background: var(--line) }
.bar i { background: var(--tone); min-width: 4px }
.succeeded { --tone: var(--good) } .skipped { --tone: var(--calm) } .partial, .cancelled { --tone: var(--warn) }
.failed { --tone: var(--bad) } .all, .reused { --tone: var(--accent) }
.filters { display: flex; flex-wrap: wrap; gap: .5rem; list-style: none; padding: 0 }
.filters a { display: flex; gap: .5rem; align-items: center; padding: .35rem .8rem; border: 1px solid var(--line);
  border-radius: 99px; background: var(--card); text-decoration: none; font-size: .9rem }
.filters a::before { content: ""; width: .55rem; height: .55rem; border-radius: 50%; background: var(--tone) }
.filters b { font-weight: 650 } .filters a:hover { border-color: var(--tone); color: inherit }
.filters [aria-current] { border-color: var(--tone); background: color-mix(in srgb, var(--tone) 13%, var(--card)) }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: 1rem 1.5rem; margin: 1.75rem 0;
  padding: 1.1rem 0; border-block: 1px solid var(--line) }
.facts dt { color: var(--soft); font-size: .8rem } .facts dd { font-weight: 600; overflow-wrap: anywhere }
.reasons { width: 100%; border-collapse: collapse; margin: 0 0 1.75rem; font-size: .92rem }
.reasons caption { text-align: start; font-weight: 650; margin-bottom: .4rem }
.reasons td, .reasons th { border-top: 1px solid var(--line); padding: .45rem .75rem .45rem 0; text-align: start; vertical-align: top }
.reasons td:last-child { color: var(--soft); overflow-wrap: anywhere; width: 100% }
.reasons .count { color: var(--bad); font-weight: 650; text-align: end }
code { font: .86em ui-monospace, "SF Mono", Menlo, Consolas, monospace }
details.models { margin-bottom: 1.5rem; font-size: .9rem; color: var(--soft) } summary { cursor: pointer }
details.models li { overflow-wrap: anywhere }
.pages { display: flex; flex-wrap: wrap; gap: .35rem; align-items: center; margin: 1.25rem 0; font-size: .9rem; color: var(--soft) }
.pages a, .pages b { padding: .2rem .6rem; border-radius: 7px; border: 1px solid var(--line); background: var(--card); text-decoration: none }
.pages b { border-color: var(--accent); color: var(--accent) } .pages span { margin-inline-end: auto }
.runs { list-style: none; padding: 0; display: grid; gap: .75rem }
.run { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 1.1rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 14px; padding: .85rem; box-shadow: 0 1px 3px var(--shade); content-visibility: auto; contain-intrinsic-size: auto 10rem }
.shots { display: grid; grid-template-columns: 9rem 9rem; gap: .5rem }
.shots > * { display: grid; place-items: center; aspect-ratio: 1; border-radius: 9px; overflow: hidden; position: relative;
  background: color-mix(in srgb, var(--ink) 5%, transparent); color: var(--soft); font-size: .8rem; text-align: center; text-decoration: none }
.shots img { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: contain }
.shots small { position: absolute; inset: auto auto .4rem .4rem; padding: 0 .45rem; border-radius: 99px; background: rgb(0 0 0 / .62);
  color: #fff; font-size: .7rem; line-height: 1.5 }
.name { font-weight: 620; font-size: 1rem; overflow-wrap: anywhere }
.state { display: inline-block; padding: .02rem .6rem; border-radius: 99px; font-size: .8rem; font-weight: 620; color: var(--tone);
  background: color-mix(in srgb, var(--tone) 14%, transparent) }
.facts-line { display: flex; flex-wrap: wrap; gap: .3rem .9rem; align-items: center; margin: .35rem 0; color: var(--soft); font-size: .88rem }
.error { border-inline-start: 3px solid var(--bad); padding-inline-start: .7rem; overflow-wrap: anywhere; margin-top: .4rem; font-size: .92rem }
.error code { color: var(--bad); font-weight: 650 }
.warnings { padding-inline-start: 1.1rem; color: var(--warn); font-size: .86rem; overflow-wrap: anywhere }
.skipped .warnings { color: var(--soft) }
.files { display: flex; flex-wrap: wrap; gap: .2rem .9rem; list-style: none; padding: 0; font-size: .86rem; overflow-wrap: anywhere }
.steps { margin-top: .35rem; font-size: .85rem; color: var(--soft) } .steps li { overflow-wrap: anywhere } .steps ol { padding-inline-start: 1.4rem }
.none { color: var(--soft); padding: 2rem 0; text-align: center }
footer { margin-top: 2.5rem; color: var(--soft); font-size: .82rem; overflow-wrap: anywhere }
@media (max-width: 46rem) { body { padding-top: 1.5rem } h1 { font-size: 1.55rem } .run { grid-template-columns: 1fr; gap: .7rem }
  .shots { grid-template-columns: 1fr 1fr } .pages span { flex: 0 0 100% } .reasons td:last-child { display: none } .reasons th { width: 100% } }
@media print { body { max-width: none; padding: 0 } .filters, .pages { display: none } .run { break-inside: avoid; box-shadow: none } }
`;
