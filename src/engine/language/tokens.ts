/* The words of an expression. Inside a template the expression ends at its `}`, which is no word of the language. */

export type Token =
  | { readonly kind: "number"; readonly at: number; readonly value: number; readonly text: string }
  | { readonly kind: "text"; readonly at: number; readonly value: string; readonly text: string }
  | { readonly kind: "name" | "symbol" | "end"; readonly at: number; readonly text: string };

/** What stops an expression from being read, and where. Private to the reading of expressions. */
export class ExpressionFault extends Error {
  readonly at: number;

  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const INDEX = /\d+/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const SYMBOL = /==|!=|<=|>=|\?\?|[<>?:()[\],.+\-*/]/y;
const SPACE = /\s+/y;

/** Signs of other languages, and what is written here instead. */
const FOREIGN: readonly (readonly [sign: string, instead: string])[] = [
  ["&&", "and"],
  ["||", "or"],
  ["!", "not"],
  ["=", "=="],
];

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", "\\": "\\", "'": "'", '"': '"' };

/** The words of `text` from `start` to its end, or to the `}` that closes the template. The last one is the end. */
export function readTokens(text: string, start: number, inTemplate: boolean): readonly Token[] {
  const tokens: Token[] = [];
  let at = start;
  for (;;) {
    at += match(SPACE, text, at).length;
    if (at >= text.length) {
      if (inTemplate) throw new ExpressionFault(at, 'expected "}" at the end of the expression');
      return [...tokens, { kind: "end", at, text: "" }];
    }
    if (inTemplate && text[at] === "}") return [...tokens, { kind: "end", at, text: "}" }];
    const token = readToken(text, at, tokens.at(-1)?.text === ".");
    tokens.push(token);
    at += token.text.length;
  }
}

function readToken(text: string, at: number, afterDot: boolean): Token {
  const digits = match(afterDot ? INDEX : NUMBER, text, at);
  if (digits !== "") return { kind: "number", at, value: Number(digits), text: digits };
  const name = match(NAME, text, at);
  if (name !== "") return { kind: "name", at, text: name };
  if (text[at] === '"' || text[at] === "'") return readText(text, at);
  const symbol = match(SYMBOL, text, at);
  if (symbol !== "") return { kind: "symbol", at, text: symbol };
  const foreign = FOREIGN.find(([sign]) => text.startsWith(sign, at));
  if (foreign) throw new ExpressionFault(at, `"${foreign[0]}" is written "${foreign[1]}" here`);
  throw new ExpressionFault(
    at,
    `unexpected character ${JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0))}`,
  );
}

function readText(text: string, start: number): Token {
  const quote = text[start];
  let value = "";
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at];
    if (character === quote) return { kind: "text", at: start, value, text: text.slice(start, at + 1) };
    if (character !== "\\") {
      value += character;
      continue;
    }
    at++;
    const escaped = ESCAPES[text[at] ?? ""];
    if (escaped === undefined)
      throw new ExpressionFault(at - 1, `unknown escape "\\${text[at] ?? ""}" in a text`);
    value += escaped;
  }
  throw new ExpressionFault(start, `the text that starts here has no closing ${quote}`);
}

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}
