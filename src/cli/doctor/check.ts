import type { Config } from "../../config/config.ts";

export interface CheckResult {
  /** warn = works, but not as well as it could; fail = something will not work. */
  readonly status: "ok" | "warn" | "fail";
  readonly detail: string;
  /** What to do; null where there is nothing. */
  readonly fix: string | null;
}

/** One thing that `doctor` looks at. A check that throws has failed. */
export interface Check {
  readonly name: string;
  readonly run: (config: Config) => CheckResult | Promise<CheckResult>;
}

export const ok = (detail: string): CheckResult => ({ status: "ok", detail, fix: null });
export const warn = (detail: string, fix: string): CheckResult => ({ status: "warn", detail, fix });
export const fail = (detail: string, fix: string): CheckResult => ({ status: "fail", detail, fix });
