// Escape sequences of terminals, then every other control character but the tab.
// eslint-disable-next-line no-control-regex -- taking control characters out is what this is for
const CONTROL = /\u001B\[[0-9;?]*[ -/]*[@-~]|[\u0000-\u0008\u000A-\u001F\u007F-\u009F\u2028\u2029]/g;

/** Unicode's marks by which a text is shown in another order than it has (CVE-2021-42574). */
const REORDERING = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/** Gives a text in the order that it has: marks that would show it in another one stand there as `\u202E` and the like. */
export function inOrder(text: string): string {
  return text.replaceAll(REORDERING, (mark) => {
    const digits = mark.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    return `\\u${digits}`;
  });
}

/**
 * Makes a line from outside safe to print. The runner obeys `::command::` at the start of a line and the older
 * `##[command]` anywhere in one, on both streams (actions/runner, ActionCommand.cs); a zero-width space breaks them.
 */
export function inert(line: string): string {
  return inOrder(line)
    .replaceAll(CONTROL, '')
    .replaceAll('##[', '##\u200B[')
    .replace(/^(\s*):(?=:)/, '$1:\u200B');
}
