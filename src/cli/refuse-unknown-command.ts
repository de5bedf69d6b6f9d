import type { Command } from "commander";
import { suggestion } from "../nearest-name.ts";

/**
 * For groups of commands one of which is meant where none is named: a mistyped command would be taken for an argument of
 * that one.
 */
export function refuseUnknownCommands(program: Command): void {
  for (const group of program.commands) if (group.commands.length > 0) group.hook("preSubcommand", refuse);
}

function refuse(group: Command): void {
  const [named] = group.args;
  const names = group.commands.map((command) => command.name());
  if (named === undefined || named.startsWith("-") || names.includes(named)) return;
  group.error(
    `error: unknown command '${named}' of ${group.name()}.${suggestion(named, names)} There are ${names.join(", ")}.`,
  );
}
