import type { SettingState } from "../contracts/settings.ts";

interface Row {
  readonly file: string;
}

interface GivenSettings<Name extends string> {
  /** One row per setting. */
  readonly rows: Readonly<Record<Name, Row>>;
  /** What was said by the environment and by the file, as text. */
  readonly fromEnv: Partial<Record<Name, string>>;
  readonly fromFile: Partial<Record<Name, string>>;
  /** What it came to, defaults included. */
  readonly values: Readonly<Partial<Record<Name, unknown>>>;
}

/** By name, so that a setting that somebody adds is not shown because nobody thought of it. */
const SECRET = /(?:KEY|SECRET|TOKEN|PASSWORD|NOTIFY_URL)$/;

/** What is set and by what, fit to be shown: secrets are not in it. */
export function describeSettings<Name extends string>(given: GivenSettings<Name>): SettingState[] {
  return (Object.keys(given.rows) as Name[]).map((name) => {
    const value = given.values[name];
    const text = textOf(value);
    const isSecret = SECRET.test(name) || text === null;
    const isSet = value !== undefined && text !== "";
    const source =
      given.fromEnv[name] !== undefined
        ? "environment"
        : given.fromFile[name] !== undefined
          ? "file"
          : "default";
    return {
      name,
      place: given.rows[name].file,
      value: isSecret || !isSet ? null : withoutPassword(text ?? ""),
      isSecret,
      isSet,
      source,
    };
  });
}

/** Null for what has no plain text: nobody knows what may be in it. */
function textOf(value: unknown): string | null {
  if (value === undefined) return "";
  if (["string", "number", "boolean"].includes(typeof value)) return String(value);
  if (value instanceof Map) return textOf([...value].map(([key, one]) => `${key}=${one}`));
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value.join(", ");
  return null;
}

function withoutPassword(text: string): string {
  return text.replace(/(\/\/[^/\s:@]*):[^/\s@]*@/g, "$1:…@");
}
