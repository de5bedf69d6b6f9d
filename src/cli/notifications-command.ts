import type { Command } from "commander";

export function addNotificationsCommand(program: Command): void {
  const notifications = program
    .command("notifications")
    .summary("test whether messages about batches arrive")
    .description("Messages about batches and budgets that this installation sends.");
  notifications
    .command("test")
    .description("Send one message to MASKLOOM_NOTIFY_URL, and say whether it was taken.")
    .option("--json", "as JSON on stdout")
    .action(async (options) => (await import("./notifications/test.ts")).testNotification(options));
}
