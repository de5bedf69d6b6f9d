import type { Command } from "commander";
import { suggestion } from "../nearest-name.ts";

/**
 * For the command of a group that is meant where none is named: what follows it is then taken for its arguments, and is
 * most likely a mistyped command of the group.
 */
export function refuseUnknownCommand(group: Command, { args }: Command): void {
  const [unknown] = args;
  if (unknown === undefined) return;
  const names = group.commands.map((command) => command.name());
  group.error(
    `error: unknown command '${unknown}' of ${group.name()}.${suggestion(unknown, names)} There are ${names.join(", ")}.`,
  );
}
