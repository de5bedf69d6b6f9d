import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { mayBeMissing } from "../may-be-missing.ts";
import { readCompose, readRoot, readYaml } from "./deployment-files.ts";

const hasAmtool = spawnSync("amtool", ["--version"]).status === 0;
const hasPromtool = spawnSync("promtool", ["--version"]).status === 0;

/* Prometheus' own program: whether it takes the files, and which alerts fire. */

describe.skipIf(mayBeMissing && !hasPromtool)("with promtool", () => {
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

describe.skipIf(mayBeMissing && !hasAmtool)("with amtool", () => {
  const file = "deploy/alertmanager/alertmanager.yml";
  const check = (text: string) => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "maskloom-amtool-"));
    writeFileSync(path.join(folder, "alertmanager.yml"), text);
    const { status } = spawnSync("amtool", ["check-config", "alertmanager.yml"], { cwd: folder });
    rmSync(folder, { recursive: true });
    return status === 0;
  };

  it("has an Alertmanager that is well configured, with the receivers that are shown as well", () => {
    const text = readRoot(file);
    expect(check(text)).toBe(true);
    const withReceivers = text.replaceAll(/^ {2}# (- name| {2}\w+_configs)/gm, "  $1");
    expect(withReceivers).toContain("\n  - name: mail\n");
    expect(check(withReceivers)).toBe(true);
    expect(check(text.replace("receiver: nobody", "receiver: somebody"))).toBe(false);
  });
});

it("quietens alerts that there are, and is where Prometheus sends them", () => {
  const alerts = readRoot("deploy/prometheus/alerts.yml");
  const named = readRoot("deploy/alertmanager/alertmanager.yml").match(/Maskloom\w+/g) ?? [];
  expect(named.length).toBeGreaterThan(3);
  for (const name of named) expect(alerts).toContain(`- alert: ${name}\n`);
  const { alertmanager } = readCompose().services;
  expect(readRoot("deploy/prometheus/prometheus.yml")).toContain('targets: ["alertmanager:9093"]');
  expect(alertmanager?.ports).toEqual(["127.0.0.1:9093:9093"]);
  expect(readRoot("deploy/prometheus/kubernetes.yml")).toMatch(/^alerting:\n {2}alertmanagers: .*:9093"/m);
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
