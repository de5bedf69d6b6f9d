import { suggestion } from "../../nearest-name.ts";
import {
  type BinaryOperator,
  type ExpressionNode,
  FUNCTION_NAMES,
  type FunctionName,
  KEYWORDS,
  MAX_EXPRESSION_DEPTH,
  MAX_EXPRESSION_LENGTH,
  type PathPart,
} from "./expression.ts";
import { FUNCTIONS } from "./functions.ts";
import { ExpressionFault, readTokens, type Token } from "./tokens.ts";

/** `end` = the index behind the last character that was read. */
export type ParsedExpression =
  | { readonly ok: true; readonly node: ExpressionNode; readonly end: number }
  | { readonly ok: false; readonly fault: string; readonly at: number };

/**
 * Reads one expression by recursive descent, loosest first:
 * `c ? a : b`, `or`, `and`, `not`, comparisons (which do not chain), `??`, `+ -`, `* /`, `-x`, values.
 * Never throws: a fault is returned with the index of the character it stands at.
 * @param start where it starts in `text`; with `inTemplate` it ends at the `}` that closes it.
 */
export function parseExpression(text: string, start = 0, inTemplate = false): ParsedExpression {
  try {
    const tokens = readTokens(text, start, inTemplate);
    const end = tokens.at(-1)?.at ?? start;
    if (end - start > MAX_EXPRESSION_LENGTH)
      throw new ExpressionFault(
        start,
        `expected at most ${MAX_EXPRESSION_LENGTH} characters, received ${end - start}`,
      );
    if (tokens.length === 1) throw new ExpressionFault(end, "expected an expression, received nothing");
    return { ok: true, node: new Parser(tokens).parse(), end: inTemplate ? end + 1 : end };
  } catch (error) {
    if (error instanceof ExpressionFault) return { ok: false, fault: error.message, at: error.at };
    throw error;
  }
}

const COMPARISONS: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">="]);
const LITERALS: ReadonlyMap<string, null | boolean> = new Map([
  ["null", null],
  ["true", true],
  ["false", false],
]);

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): ExpressionNode {
    const node = this.#choice();
    const rest = this.#peek();
    if (rest.kind !== "end") throw new ExpressionFault(rest.at, `unexpected ${show(rest)}`);
    return node;
  }

  #choice(): ExpressionNode {
    const condition = this.#nested(() => this.#or());
    const { at } = this.#peek();
    if (!this.#take("?")) return condition;
    const then = this.#nested(() => this.#choice());
    this.#expect(":", 'the ":" of a choice');
    return { kind: "choice", at, condition, then, otherwise: this.#nested(() => this.#choice()) };
  }

  #or(): ExpressionNode {
    return this.#chain(["or"], () => this.#chain(["and"], () => this.#not()));
  }

  #not(): ExpressionNode {
    const { at } = this.#peek();
    if (!this.#take("not")) return this.#comparison();
    return { kind: "unary", at, operator: "not", operand: this.#nested(() => this.#not()) };
  }

  #comparison(): ExpressionNode {
    const left = this.#coalesce();
    const operator = this.#peek();
    if (!COMPARISONS.has(operator.text) || operator.kind !== "symbol") return left;
    this.#next++;
    const node = binary(operator, left, this.#coalesce());
    const again = this.#peek();
    if (again.kind === "symbol" && COMPARISONS.has(again.text))
      throw new ExpressionFault(again.at, 'comparisons do not chain: write "a < b and b < c"');
    return node;
  }

  /** `a ?? b ?? c` is `a ?? (b ?? c)`. */
  #coalesce(): ExpressionNode {
    const left = this.#sum();
    const operator = this.#peek();
    if (!this.#take("??")) return left;
    return binary(
      operator,
      left,
      this.#nested(() => this.#coalesce()),
    );
  }

  #sum(): ExpressionNode {
    return this.#chain(["+", "-"], () => this.#chain(["*", "/"], () => this.#unary()));
  }

  #unary(): ExpressionNode {
    const { at } = this.#peek();
    if (!this.#take("-")) return this.#primary();
    return { kind: "unary", at, operator: "-", operand: this.#nested(() => this.#unary()) };
  }

  #primary(): ExpressionNode {
    const token = this.#peek();
    if (token.kind === "number" || token.kind === "text") {
      this.#next++;
      return { kind: "literal", at: token.at, value: token.value };
    }
    if (this.#take("(")) {
      const node = this.#choice();
      this.#expect(")", 'a closing ")"');
      return node;
    }
    if (token.kind === "name") return this.#name(token);
    throw new ExpressionFault(token.at, `expected a value, received ${show(token)}`);
  }

  #name(token: Token): ExpressionNode {
    const literal = LITERALS.get(token.text);
    if (literal !== undefined) {
      this.#next++;
      return { kind: "literal", at: token.at, value: literal };
    }
    if (KEYWORDS.has(token.text))
      throw new ExpressionFault(token.at, `expected a value, received "${token.text}"`);
    this.#next++;
    return this.#peek().text === "(" ? this.#call(token) : this.#path(token);
  }

  #path(first: Token): ExpressionNode {
    const path: PathPart[] = [first.text];
    for (;;) {
      if (this.#take(".")) path.push(this.#pathPart(false));
      else if (this.#take("[")) {
        path.push(this.#pathPart(true));
        this.#expect("]", 'a closing "]"');
      } else break;
    }
    if (this.#peek().text === "(")
      throw new ExpressionFault(first.at, `only these can be called: ${FUNCTION_NAMES.join(", ")}`);
    return { kind: "path", at: first.at, path };
  }

  #pathPart(inBrackets: boolean): PathPart {
    const token = this.#peek();
    this.#next++;
    if (token.kind === "name" && !inBrackets) return token.text;
    if (token.kind !== "number" || !Number.isSafeInteger(token.value)) {
      const expected = inBrackets ? "an index such as [1]" : 'a name or an index after "."';
      throw new ExpressionFault(token.at, `expected ${expected}, received ${show(token)}`);
    }
    if (token.value < 1) throw new ExpressionFault(token.at, `indices count from 1, received ${token.value}`);
    return token.value;
  }

  #call(token: Token): ExpressionNode {
    const name = FUNCTION_NAMES.find((known) => known === token.text);
    if (name === undefined) {
      const known = `There are: ${FUNCTION_NAMES.join(", ")}.${suggestion(token.text, FUNCTION_NAMES)}`;
      throw new ExpressionFault(token.at, `there is no function "${token.text}". ${known}`);
    }
    this.#take("(");
    const parameters: ExpressionNode[] = [];
    while (!this.#take(")")) {
      if (parameters.length > 0) this.#expect(",", '"," or ")"');
      parameters.push(this.#choice());
    }
    return { kind: "call", at: token.at, name: checkCount(name, parameters.length, token.at), parameters };
  }

  /** Operators of one rank, read from left to right. */
  #chain(operators: readonly string[], operand: () => ExpressionNode): ExpressionNode {
    let left = operand();
    for (;;) {
      const operator = this.#peek();
      if (!operators.some((text) => this.#take(text))) return left;
      left = binary(operator, left, operand());
    }
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > MAX_EXPRESSION_DEPTH)
      throw new ExpressionFault(this.#peek().at, `nested more than ${MAX_EXPRESSION_DEPTH} deep`);
    const result = read();
    this.#depth--;
    return result;
  }

  #peek(): Token {
    const token = this.#tokens[Math.min(this.#next, this.#tokens.length - 1)];
    if (token === undefined) throw new ExpressionFault(0, "expected an expression, received nothing");
    return token;
  }

  #take(text: string): boolean {
    const token = this.#peek();
    if (token.text !== text || token.kind === "text" || token.kind === "end") return false;
    this.#next++;
    return true;
  }

  #expect(text: string, what: string): void {
    const token = this.#peek();
    if (!this.#take(text)) throw new ExpressionFault(token.at, `expected ${what}, received ${show(token)}`);
  }
}

function binary(operator: Token, left: ExpressionNode, right: ExpressionNode): ExpressionNode {
  return { kind: "binary", at: operator.at, operator: operator.text as BinaryOperator, left, right };
}

function checkCount(name: FunctionName, count: number, at: number): FunctionName {
  const { least, most, usage } = FUNCTIONS[name];
  if (count < least || count > most)
    throw new ExpressionFault(at, `expected ${usage}, received ${count} values`);
  return name;
}

function show(token: Token): string {
  return token.kind === "end" ? "the end" : `"${token.text}"`;
}
