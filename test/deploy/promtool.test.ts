import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { readRoot, readYaml } from "./deployment-files.ts";

const hasPromtool = spawnSync("promtool", ["--version"]).status === 0;

/* Prometheus' own program: whether it takes the files, and which alerts fire. */

describe.skipIf(!hasPromtool)("with promtool", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "maskloom-promtool-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const promtool = (files: Readonly<Record<string, string>>, ...args: readonly string[]) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
    const { status, stdout, stderr } = spawnSync("promtool", args, { cwd: folder, encoding: "utf8" });
    return { isGood: status === 0, said: stdout + stderr };
  };
  const rules = readRoot("deploy/prometheus/alerts.yml");
  const tests = readRoot("test/deploy/alerts.promtest.yml");

  it("fires the alerts that it should, and no others", () => {
    const { isGood, said } = promtool(
      { "alerts.yml": rules, "tests.yml": tests },
      "test",
      "rules",
      "tests.yml",
    );
    expect(isGood, said).toBe(true);
    const silent = rules.replace(" or absent(", " and absent(");
    expect(promtool({ "alerts.yml": silent }, "test", "rules", "tests.yml").isGood).toBe(false);
  });

  it.each(["prometheus.yml", "kubernetes.yml"])("is configured by %s", (name) => {
    /* Debian's is built without knowing of Kubernetes; everything else of that file it can tell. */
    const text = readRoot(`deploy/prometheus/${name}`)
      .replaceAll("/etc/prometheus", folder)
      .replace(/kubernetes_sd_configs: .*/, "static_configs: [{ targets: [a:1] }]");
    const { isGood, said } = promtool(
      { "alerts.yml": rules, "config.yml": text },
      "check",
      "config",
      "config.yml",
    );
    expect(isGood, said).toBe(true);
  });
});

it("tells of each alert when it fires", () => {
  const names = [...readRoot("deploy/prometheus/alerts.yml").matchAll(/- alert: (\w+)/g)].map(
    ([, one]) => one,
  );
  const { tests } = z
    .looseObject({
      tests: z.array(
        z.looseObject({
          alert_rule_test: z.array(
            z.looseObject({ alertname: z.string(), exp_alerts: z.array(z.unknown()).default([]) }),
          ),
        }),
      ),
    })
    .parse(readYaml("test/deploy/alerts.promtest.yml"));
  const fired = tests.flatMap((one) => one.alert_rule_test.filter(({ exp_alerts }) => exp_alerts.length > 0));
  expect([...new Set(fired.map(({ alertname }) => alertname))].sort()).toEqual(names.sort());
});

it("finds in Kubernetes the pods that there are, under the names of jobs that alerts go by", () => {
  const text = readRoot("deploy/prometheus/kubernetes.yml");
  const [, pattern = "", job = ""] = /regex: (\(server\S+)\n.*\n\s+replacement: (\S+)/.exec(text) ?? [];
  const manifests = readRoot("deploy/kubernetes/server.yml") + readRoot("deploy/kubernetes/workers.yml");
  const components = [...manifests.matchAll(/app\.kubernetes\.io\/component: ([\w-]+)/g)].map(
    ([, one = ""]) => one,
  );
  const jobs = components.map((one) => one.replace(new RegExp(`^(?:${pattern})$`), job));
  expect([...new Set(jobs)].sort()).toEqual(["maskloom-server", "maskloom-worker"]);
  expect(manifests).toContain("app.kubernetes.io/name: maskloom");
  expect(manifests.match(/name: metrics, containerPort/g)).toHaveLength(3);
});
