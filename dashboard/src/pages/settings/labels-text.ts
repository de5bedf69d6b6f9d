import type { Labels } from "../../../../src/contracts/labels.ts";

/* Labels as people write them: one a line, `team=retouch`. */

const LABEL = /^[\w.-]{1,40}$/;
const LONGEST_LABEL = 200;
const MOST_LABELS = 20;

export const LABELS_EXPECTED = `Expected at most ${MOST_LABELS} lines such as team=retouch, each name once.`;

export function labelsText(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join("\n");
}

/** Undefined where a line makes no sense; the server checks it again. */
export function readLabels(text: string): Labels | undefined {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const entries = lines.map((line) => {
    const [name = "", ...value] = line.split("=");
    return [name.trim(), value.join("=").trim()] as const;
  });
  const names = new Set(entries.map(([name]) => name));
  const isGood = entries.every(([name, value]) => LABEL.test(name) && value.length <= LONGEST_LABEL);
  return isGood && names.size === entries.length && entries.length <= MOST_LABELS
    ? Object.fromEntries(entries)
    : undefined;
}
