// Escape sequences of terminals, then every other control character but the tab.
// eslint-disable-next-line no-control-regex -- taking control characters out is what this is for
const CONTROL = /\u001B\[[0-9;?]*[ -/]*[@-~]|[\u0000-\u0008\u000A-\u001F\u007F-\u009F\u2028\u2029]/g;

/**
 * Makes a line from outside safe to print. The runner obeys `::command::` at the start of a line and the older
 * `##[command]` anywhere in one, on both streams (actions/runner, ActionCommand.cs); a zero-width space breaks them.
 */
export function inert(line: string): string {
  return line
    .replaceAll(CONTROL, '')
    .replaceAll('##[', '##\u200B[')
    .replace(/^(\s*):(?=:)/, '$1:\u200B');
}
