/** Where a line for scripts is typed. */
export type Shell = 'notebook' | 'terminal'

/** The line that makes scripts record into a workspace: it takes over what `varve env` prints. */
export function scriptLine(shell: Shell, workspace: string): string {
  if (shell === 'terminal') return `eval "$(varve env -w ${quoted(workspace)})"`
  // JSON's strings are Python's strings, too.
  return `import json, os, subprocess; os.environ.update(json.loads(subprocess.check_output(["varve", "env", "--json", "-w", ${JSON.stringify(workspace)}])))`
}

/** Whether eval is known where this workspace is: its path has the slashes of Unix. */
export function hasTerminal(workspace: string): boolean {
  return workspace.startsWith('/')
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
