import { cp } from "node:fs/promises";
import path from "node:path";
import type { Browser } from "playwright-core";
import { installCli, until } from "../integration/cli-installation.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";
import { buildDashboard } from "./built-dashboard.ts";
import { openBrowser } from "./open-browser.ts";

/** `maskloom up` as it is installed, with the dashboard as it is built, and a browser. */
export interface DashboardHost {
  readonly browser: Browser;
  readonly url: string;
  stop(): Promise<void>;
}

export async function startDashboard(): Promise<DashboardHost> {
  const [installation, built, home, browser] = await Promise.all([
    installCli(),
    buildDashboard(),
    makeTemporaryHome(),
    openBrowser(),
  ]);
  await cp(built.folder, path.join(installation.folder, "dist", "dashboard"), { recursive: true });
  await built.remove();
  const up = installation.start(["up", "--port", "0"], { home });
  await until(() => up.stdout().includes("\n"));
  return {
    browser,
    url: /http:\/\/\S+/.exec(up.stdout())?.[0] ?? "",
    async stop() {
      await browser.close();
      up.kill("SIGTERM");
      await up.ended;
      await removeTemporaryHome(home);
      await installation.remove();
    },
  };
}
