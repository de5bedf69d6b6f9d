import { isJsonObject } from "../contracts/json.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * The fields that are given: an input that is optional is null where it is not given, and then neither is the field that
 * it stands in, be it one of the step or one of its `select`.
 */
export function givenFields(fields: Fields): Record<string, unknown> {
  const { select, ...others } = withoutNull(fields);
  if (select === undefined) return others;
  return { ...others, select: isJsonObject(select) ? withoutNull(select) : select };
}

function withoutNull(fields: Fields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
  );
}
