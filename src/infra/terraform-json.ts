/**
 * Reads the JSON that a Terraform command printed. Wrappers put lines such as `[command]/x/terraform` before it, and Terraform
 * its messages about locks; none of these begins with a brace. Throws an error that does not repeat the text, which holds secrets.
 */
export function terraformJson(stdout: string): unknown {
  const start = /^\{/m.exec(stdout)?.index ?? 0;
  const end = stdout.lastIndexOf('}') + 1;
  try {
    return JSON.parse(stdout.slice(start, Math.max(start, end))) as unknown;
  } catch {
    throw new Error(`it printed ${stdout.length} characters that are no JSON`);
  }
}
