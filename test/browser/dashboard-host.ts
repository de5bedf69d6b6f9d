import { cp } from "node:fs/promises";
import path from "node:path";
import type { Browser } from "playwright-core";
import { installCli, until } from "../integration/cli-installation.ts";
import { openServerHost, type ServerHost } from "../integration/server-host.ts";
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

/** A server of this process, with the dashboard as it is built, and a browser. Workers are the test's own. */
export interface PagesHost extends Pick<ServerHost, "home" | "services"> {
  readonly browser: Browser;
  /** @returns the server's address */
  start(settings?: Parameters<ServerHost["start"]>[0]): Promise<string>;
  stop(): Promise<void>;
}

export async function openPagesHost(environment: Readonly<Record<string, string>> = {}): Promise<PagesHost> {
  const [built, host, browser] = await Promise.all([
    buildDashboard(),
    openServerHost(environment),
    openBrowser(),
  ]);
  return {
    home: host.home,
    services: host.services,
    browser,
    start: async (settings = {}) => (await host.start(settings, { dashboardFolder: built.folder })).url,
    async stop() {
      await browser.close();
      await Promise.all([host.stop(), built.remove()]);
    },
  };
}
