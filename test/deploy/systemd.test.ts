import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { createProgram } from "../../src/cli/program.ts";
import { SETTING_WORDS } from "../../src/config/setting-words.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { readRoot } from "./deployment-files.ts";

const UNITS = ["maskloom-server.service", "maskloom-worker@.service"];
const hasAnalyzer = spawnSync("systemd-analyze", ["--version"]).status === 0;

describe.each(UNITS)("%s", (unit) => {
  const text = readRoot(`deploy/systemd/${unit}`);

  it("names settings that there are, and a command", () => {
    const names = [...text.matchAll(/^Environment=(\w+)=/gm)].map((match) =>
      (match[1] ?? "").replace(/_FILE$/, ""),
    );
    const file = [...readRoot("deploy/systemd/maskloom.env").matchAll(/^(\w+)=/gm)].map(
      (match) => match[1] ?? "",
    );
    expect(names.length).toBeGreaterThan(0);
    expect([...names, ...file].filter((name) => !(name in SETTING_WORDS))).toEqual([]);
    const command = /^ExecStart=\/usr\/bin\/node \S+\/bin\/maskloom\.js (\w+)$/m.exec(text)?.[1];
    expect(createProgram().commands.map((one) => one.name())).toContain(command);
  });

  it("is started again however often it could not be, as while the database is away", () => {
    expect(text).toMatch(/^Restart=always$/m);
    expect(text).toMatch(/^StartLimitIntervalSec=0$/m);
  });

  it("takes only credentials from where it loads them", () => {
    const used = [...text.matchAll(/=%d\/([\w-]+)$/gm)].map((match) => match[1]);
    const loaded = [...text.matchAll(/^LoadCredential=([\w-]+):/gm)].map((match) => match[1]);
    expect(used.length).toBeGreaterThan(0);
    expect(used).toEqual(expect.arrayContaining(loaded));
    expect(loaded).toEqual(expect.arrayContaining(used));
  });

  describe.skipIf(mayBeMissing && !hasAnalyzer)("with systemd-analyze", () => {
    const verify = (content: string) => {
      const folder = mkdtempSync(path.join(os.tmpdir(), "maskloom-unit-"));
      const file = path.join(folder, unit.replace("@", "@9465"));
      /* Node may be elsewhere on the machine that tests; the unit is for where it is installed. */
      writeFileSync(file, content.replace("/usr/bin/node", "/bin/true"));
      const { stdout, stderr } = spawnSync("systemd-analyze", ["verify", file], { encoding: "utf8" });
      rmSync(folder, { recursive: true });
      return (stdout + stderr).split("\n").filter((line) => line.includes(unit.split(/[@.]/)[0] ?? unit));
    };

    it("is without fault", () => {
      expect(verify(text)).toEqual([]);
      expect(verify(text.replace("Restart=always", "Restarts=always"))).not.toEqual([]);
    });
  });
});
