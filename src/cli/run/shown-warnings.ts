import type { ProgressDisplay } from "../progress/progress-display.ts";
import { onOneLine, paint } from "../terminal.ts";

/** Those of results stand in the report, all of them. */
const MOST_WARNINGS = 20;

/** Warnings as they are shown while a batch goes on: each once, since what holds for one picture often holds for all. */
export class ShownWarnings {
  readonly #display: ProgressDisplay;
  readonly #shown = new Set<string>();

  constructor(display: ProgressDisplay) {
    this.#display = display;
  }

  /** @param about what comes before a warning, such as the first picture that it is about */
  show(warnings: readonly string[], about = ""): void {
    for (const warning of warnings) {
      if (this.#shown.has(warning) || this.#shown.size > MOST_WARNINGS) continue;
      this.#shown.add(warning);
      const isTooMany = this.#shown.size > MOST_WARNINGS;
      const text = isTooMany ? "there are more, which are not shown here" : `${about}${warning}`;
      this.#display.note(`${paint("yellow", "warning")}: ${onOneLine(text)}`);
    }
  }
}
