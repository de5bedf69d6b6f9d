/** Whether a key is meant for a text field, an editor or a dialog and not for the page. */
export function isTyping(event: KeyboardEvent): boolean {
  /* What happens within a shadow root is told of the element that has it. */
  const [target] = event.composedPath();
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.closest("input, textarea, select, dialog, [role=menu]") !== null;
}
