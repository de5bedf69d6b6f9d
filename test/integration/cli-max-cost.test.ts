import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, it } from "vitest";
import { stringify } from "yaml";
import { Report } from "../../src/contracts/report.ts";
import { PRICE, type ScriptedPeer, startScriptedPeer } from "../protocol/client/scripted-peer.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";
import { type Installation, installCli } from "./cli-installation.ts";
import { repaintAt } from "./repaint-workflow.ts";

const PICTURES = 4;
/** What is reserved for a call, far more than it costs in the end. */
const RESERVED = 10 * PRICE;

let installation: Installation;
let peer: ScriptedPeer;
let home: string;

beforeAll(async () => {
  installation = await installCli();
  peer = await startScriptedPeer({ workMs: () => 1 });
  home = await makeTemporaryHome();
  const farm = { id: "farm", kind: "runware", url: peer.url, prices: { "*": RESERVED } };
  await writeFile(path.join(home, "config.yaml"), stringify({ providers: [farm] }));
  await writeFile(path.join(home, "repaint.yaml"), repaintAt("farm"));
  await mkdir(path.join(home, "photos"));
  for (let at = 0; at < PICTURES; at++) await draw(`photos/${at}.png`, 40 + 40 * at);
  await draw("mask.png", 255);
});
afterAll(async () => {
  await installation?.remove();
  await peer?.close();
  await removeTemporaryHome(home);
});

async function draw(name: string, level: number): Promise<void> {
  const background = { r: level, g: level, b: level };
  await sharp({ create: { width: 96, height: 96, channels: 3, background } })
    .png()
    .toFile(path.join(home, name));
}

async function repaint(...limit: string[]) {
  const args = ["run", "repaint.yaml", "photos", "--out", "out", "--set", "mask=mask.png"];
  const { code, stderr } = await installation.run([...args, ...limit], { home });
  const report = Report.parse(
    JSON.parse(await readFile(path.join(home, "out", "maskloom-report.json"), "utf8")),
  );
  return { code, stderr, report };
}

it("a batch ends cleanly once what is left would cost more than it may, and goes on without that limit", async () => {
  /* Room for a call until one and a half have been paid: for two of them, one after the other. */
  const tight = ["--max-cost", String(RESERVED + 1.5 * PRICE)];
  const short = await repaint(...tight);
  expect(short.stderr).toContain("with a higher --max-cost, or without, the command goes on from here");
  expect(short.code).toBe(1);
  expect(short.report).toMatchObject({ stopped: "max-cost", pictures: PICTURES });
  expect(short.report.runs.map(({ status }) => status)).toEqual(["succeeded", "succeeded"]);
  expect(peer.bills.size).toBe(2);

  /* With no more money: nothing is paid for, and what was done is still told of. */
  const again = await repaint(...tight);
  expect(again.report.stopped).toBe("max-cost");
  expect(again.report.runs.map(({ status }) => status)).toEqual(["succeeded", "succeeded"]);
  expect(peer.bills.size).toBe(2);

  const whole = await repaint();
  expect(whole.stderr).toContain("no --max-cost: the limit of $");
  expect(whole.stderr).not.toContain("stopped");
  expect(whole.code).toBe(0);
  expect(whole.report.stopped).toBeUndefined();
  expect(whole.report.runs.map(({ status }) => status)).toEqual(
    Array.from({ length: PICTURES }, () => "succeeded"),
  );
  expect([...peer.bills.values()]).toEqual(Array.from({ length: PICTURES }, () => 1));
});
