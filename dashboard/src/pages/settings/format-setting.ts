import type { SettingView } from "../../../../src/contracts/settings.ts";
import { formatBytes } from "../models/format-bytes.ts";

const NUMBER = /^\d+$/;
/** Below it nobody loses count of the digits; ports have no thousands. */
const LARGE = 100_000;

/** The value as people read it: `67,108,864 (64 MiB)`. */
export function formatSetting({ name, value }: Pick<SettingView, "name" | "value">): string {
  if (value === null) return "";
  if (!NUMBER.test(value) || Number(value) < LARGE) return value;
  const digits = Number(value).toLocaleString("en-US");
  return /BYTES|MEMORY/.test(name) ? `${digits} (${formatBytes(Number(value))})` : digits;
}
