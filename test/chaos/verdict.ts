import { ERRORS } from "../../src/errors.ts";

/** How an answer to something wrong counts; null where it is no answer that a client may be given. */
export function codeOf(status: number, text: string): string | null {
  if (status < 400) return "taken";
  const body = parse(text);
  const { error, errors } = body;
  if (isRecord(error) && typeof error["code"] === "string" && error["code"] in ERRORS) {
    return error["code"] === "INTERNAL" ? null : error["code"];
  }
  const first: unknown = Array.isArray(errors) ? errors[0] : null;
  return isRecord(first) ? wireCodeOf(first["code"]) : null;
}

/** Of the wire: its own words, which clients sort by. */
export function wireCodeOf(code: unknown): string | null {
  const isWord = typeof code === "string" && /^[a-z][A-Za-z]+$/.test(code);
  return isWord && code !== "internalServerError" ? code : null;
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
