/** Text that is markup already. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | number | null | readonly Html[];

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Whatever a file may be called stays text; what no reader can see is shown as a question mark. */
function escapeHtml(text: string): string {
  const visible = text.replace(/[\p{Cc}\p{Cs}]/gu, (character) => (character === "\n" ? " " : "\ufffd"));
  return visible.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

/** Markup with values in it: texts and numbers are escaped, null is nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.reduce((text, string, at) => `${text}${textOf(parts[at - 1] ?? null)}${string}`));
}

function textOf(part: Part): string {
  if (part === null) return "";
  if (part instanceof Html) return part.text;
  if (typeof part === "string" || typeof part === "number") return escapeHtml(String(part));
  return part.map(({ text }) => text).join("");
}

/** A path with `/` as a link: whatever is in a file's name stays a file's name. */
export function hrefOf(file: string): string {
  return file.split("/").map(encodeURIComponent).join("/");
}
