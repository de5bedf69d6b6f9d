import { z } from "zod";

const Password = z.string().optional();

/** Rows for the table of all settings in config.ts: passwords that come apart from the addresses they are for. */
export const PASSWORD_SETTINGS = {
  DATABASE_PASSWORD: { file: "database.password", type: Password },
  REDIS_PASSWORD: { file: "queue.redisPassword", type: Password },
} as const;

const ADDRESSES = {
  DATABASE_URL: "DATABASE_PASSWORD",
  DATABASE_DIRECT_URL: "DATABASE_PASSWORD",
  REDIS_URL: "REDIS_PASSWORD",
} as const;

/** Addresses are written down in many places, passwords are not. One that an address has already counts more. */
export function withPasswords<Given extends object>(given: Given): Given {
  const values = new Map<string, unknown>(Object.entries(given));
  for (const [address, setting] of Object.entries(ADDRESSES)) {
    const [url, password] = [values.get(address), values.get(setting)];
    if (typeof url === "string" && typeof password === "string")
      values.set(address, withPassword(url, password));
  }
  return Object.assign({}, given, Object.fromEntries(values));
}

function withPassword(address: string, password: string): string {
  const url = new URL(address);
  if (url.password === "") url.password = encodeURIComponent(password);
  return url.href;
}
