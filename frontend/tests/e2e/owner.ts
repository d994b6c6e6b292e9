import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const here = dirname(fileURLToPath(import.meta.url))
const run = promisify(execFile)

/** The program under test. */
export const varve = resolve(process.env['VARVE_BIN'] ?? join(here, '../../../build/bin/varve'))

/** A person with a home, a workspace and an owner of their own. */
export class Owner {
  readonly home: string
  /** A project that needs nothing but Python 3. */
  readonly project: string
  address = ''
  #process: ChildProcess | undefined

  private constructor(home: string) {
    this.home = home
    this.project = join(home, 'little')
  }

  /** Makes a home and starts `varve serve` in it; before that, something may be put where its workspace will be. */
  static async start(before: (workspace: string) => Promise<void> = () => Promise.resolve()): Promise<Owner> {
    const owner = new Owner(await mkdtemp(join(tmpdir(), 'varve-e2e-')))
    await owner.bring('project', owner.project)
    await before(join(owner.home, 'lake-lab'))
    await owner.serve()
    return owner
  }

  /** Copies a project of these tests, with the sample's calls of MLflow, so that it needs nothing but Python. */
  async bring(name: string, to: string): Promise<void> {
    await cp(join(here, name), to, { recursive: true })
    await cp(join(here, '../../../examples/sample/tracking.py'), join(to, 'tracking.py'))
  }

  /** Starts the owner, on the port that it had before; or that of another workspace there. */
  async serve(workspace = ''): Promise<void> {
    const port = this.address === '' ? [] : ['--port', new URL(this.address).port]
    const other = workspace === '' ? [] : ['--workspace', workspace]
    const child = spawn(varve, [...other, 'serve', ...port], { env: this.env, stdio: ['ignore', 'pipe', 'inherit'] })
    this.#process = child
    this.address = await new Promise<string>((ready, failed) => {
      let text = ''
      child.stdout.on('data', (piece: Buffer) => {
        text += piece.toString()
        const address = /ready at (http:\S+)/.exec(text)?.[1]
        if (address !== undefined) ready(address)
      })
      child.once('exit', (code) => failed(new Error(`varve serve ended with ${code ?? 'a signal'}: ${text}`)))
    })
  }

  /** Ends the owner: gently, or as a crash would. */
  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.#process
    if (child?.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((done) => child.once('exit', done))
    child.kill(signal)
    await gone
  }

  /** Makes the owner stand still: it answers nobody, and hangs up on nobody. */
  hang(): void {
    this.#process?.kill('SIGSTOP')
  }

  goOn(): void {
    this.#process?.kill('SIGCONT')
  }

  /** Ends everything and takes the home away. */
  async close(): Promise<void> {
    await this.end()
    await this.#endOthers()
    await rm(this.home, { recursive: true, force: true })
  }

  /** Ends the owners of other workspaces, which commands and pages have started. */
  async #endOthers(): Promise<void> {
    const state = join(this.home, 'state', 'varve')
    for (const folder of await readdir(state)) {
      const hint = await readFile(join(state, folder, 'door.json'), 'utf8').catch(() => '{}')
      const { pid, open } = JSON.parse(hint) as { pid?: number; open?: boolean }
      if (pid === undefined || open !== true) continue
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It has ended by itself.
      }
    }
  }

  /** Runs a command of varve and answers what it printed. */
  async command(...args: string[]): Promise<string> {
    return (await run(varve, args, { env: this.env, cwd: this.home })).stdout
  }

  /** Starts an entry point of the little project and waits for its end; answers the run's id. */
  async train(params: Record<string, string | number>, name: string, experiment = 'little'): Promise<void> {
    const given = Object.entries(params).flatMap(([key, value]) => ['-P', `${key}=${value}`])
    await this.command('run', this.project, '-e', 'train', '--env-manager', 'local', '--experiment-name', experiment, '--run-name', name, ...given)
  }

  /** Holds runs of the little project before their ends, until the answer is called. */
  async hold(): Promise<() => Promise<void>> {
    const path = join(this.home, 'hold')
    await writeFile(path, '')
    return () => rm(path)
  }

  /** A link that lets a browser in, once. */
  async link(...args: string[]): Promise<string> {
    return (await this.command('open', '--print', ...args)).trim()
  }

  read(path: string): Promise<string> {
    return readFile(join(this.home, path), 'utf8')
  }

  get env(): NodeJS.ProcessEnv {
    const { PATH, LANG } = process.env
    return {
      PATH,
      LANG,
      HOME: this.home,
      XDG_CACHE_HOME: join(this.home, 'cache'),
      XDG_STATE_HOME: join(this.home, 'state'),
      XDG_CONFIG_HOME: join(this.home, 'config'),
      VARVE_WORKSPACE: join(this.home, 'lake-lab'),
    }
  }
}
