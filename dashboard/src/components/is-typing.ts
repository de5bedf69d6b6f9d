const OWNS_KEYS = "input:not([type=checkbox]), textarea, select, dialog, [role=dialog], [role=menu]";

/** Whether a key is meant for a text field, an editor, a menu or a dialog and not for the page, as it is at a box to tick. */
export function isTyping(event: KeyboardEvent): boolean {
  /* What happens within a shadow root is told of the element that has it. */
  const [target] = event.composedPath();
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.closest(OWNS_KEYS) !== null;
}
