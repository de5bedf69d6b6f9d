import { z } from "zod";

/* What `npm audit --json` printed. */

const Severity = z.enum(["info", "low", "moderate", "high", "critical"]);
const SERIOUS: ReadonlySet<string> = new Set(["high", "critical"]);

const Report = z.object({
  vulnerabilities: z.record(
    z.string(),
    z.object({
      severity: Severity,
      via: z.array(z.union([z.string(), z.object({ title: z.string(), url: z.string() })])),
    }),
  ),
});

/** Of a request that was refused or never arrived; an error of npm's own has a code instead. */
const Refusal = z.object({
  message: z.string(),
  error: z.object({ code: z.undefined().optional() }).optional(),
});

export type Audit =
  | { readonly kind: "asked"; readonly serious: readonly string[]; readonly others: number }
  | { readonly kind: "unreachable"; readonly reason: string };

/** @throws Error where npm could not even ask, such as without a lock */
export function readAudit(printed: string): Audit {
  const answer: unknown = JSON.parse(printed);
  const report = Report.safeParse(answer);
  if (report.success) {
    const all = Object.entries(report.data.vulnerabilities);
    const serious = all.filter(([, { severity }]) => SERIOUS.has(severity));
    return {
      kind: "asked",
      serious: serious.map(
        ([name, { severity, via }]) => `${name} (${severity}): ${via.map(whyOf).join("; ")}`,
      ),
      others: all.length - serious.length,
    };
  }
  const refusal = Refusal.safeParse(answer);
  if (refusal.success) return { kind: "unreachable", reason: refusal.data.message };
  throw new Error(`npm audit failed: ${printed}`);
}

const whyOf = (via: string | { readonly title: string; readonly url: string }): string =>
  typeof via === "string" ? `through ${via}` : `${via.title}, ${via.url}`;
