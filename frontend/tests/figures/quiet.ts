/** What Playwright tells a reporter about a test that ended. */
interface Result {
  errors: readonly { message?: string; stack?: string }[]
}

/** Prints what was measured, and why something could not be. */
export default class Quiet {
  onStdOut(text: string | Buffer): void {
    process.stdout.write(text)
  }

  onStdErr(text: string | Buffer): void {
    process.stderr.write(text)
  }

  onTestEnd(test: { title: string }, result: Result): void {
    for (const error of result.errors) process.stderr.write(`${test.title}: ${error.stack ?? error.message ?? 'failed'}\n`)
  }

  printsToStdio(): boolean {
    return true
  }
}
