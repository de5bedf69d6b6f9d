import { AsyncLocalStorage } from "node:async_hooks";

type LogFields = Readonly<Record<string, string | number>>;

const fields = new AsyncLocalStorage<LogFields>();

/** Every line that is logged within `work`, however deep, carries these fields beside those of the work around it. */
export function withLogFields<T>(more: LogFields, work: () => T): T {
  return fields.run({ ...fields.getStore(), ...more }, work);
}

/** Those of this moment. */
export const currentLogFields = (): LogFields => fields.getStore() ?? {};
