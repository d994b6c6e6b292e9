import type { Owner } from '../e2e/owner'

/** MLflow's interface of an owner, as scripts speak it. */
export class Script {
  readonly #address: string
  readonly #headers: Record<string, string>

  private constructor(address: string, headers: Record<string, string>) {
    this.#address = address
    this.#headers = headers
  }

  static async of(owner: Owner): Promise<Script> {
    const env = JSON.parse(await owner.command('env', '--json')) as Record<string, string>
    const secret = Buffer.from(`${env['MLFLOW_TRACKING_USERNAME'] ?? ''}:${env['MLFLOW_TRACKING_PASSWORD'] ?? ''}`).toString('base64')
    return new Script(`${env['MLFLOW_TRACKING_URI'] ?? ''}/api/2.0/mlflow/`, { 'Content-Type': 'application/json', Authorization: `Basic ${secret}` })
  }

  async post<Answer>(path: string, body: unknown): Promise<Answer> {
    const answer = await fetch(this.#address + path, { method: 'POST', headers: this.#headers, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as Answer
  }

  /** Logs a file with a run. */
  async log(experiment: string, run: string, path: string, text: string): Promise<void> {
    const at = this.#address.replace('/api/2.0/mlflow/', `/api/2.0/mlflow-artifacts/artifacts/${experiment}/${run}/artifacts/${path}`)
    const answer = await fetch(at, { method: 'PUT', headers: { ...this.#headers, 'Content-Type': 'application/octet-stream' }, body: text })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  }

  /** Makes a run; the answer is its id. */
  async run(experiment: string, name: string, start: number): Promise<string> {
    const made = await this.post<{ run: { info: { run_id: string } } }>('runs/create', { experiment_id: experiment, run_name: name, start_time: start })
    return made.run.info.run_id
  }
}

const hour = 3600_000

/** Fills a workspace with runs of five metrics and five params each, in four experiments, over the last year. */
export async function fill(script: Script, runs: number): Promise<void> {
  const now = Date.now()
  const experiments: string[] = []
  for (const name of ['lakes/boosting', 'lakes/linear', 'sediment/forest', 'sediment/mixing']) {
    experiments.push((await script.post<{ experiment_id: string }>('experiments/create', { name })).experiment_id)
  }
  let next = 0
  const one = async (i: number) => {
    const end = now - (((runs - i) * 24 * 365) / runs) * hour
    const id = await script.run(experiments[i % experiments.length] ?? '0', `varve-${String(i).padStart(5, '0')}`, Math.round(end - (hour * (1 + (i % 7))) / 4))
    const value = (k: number) => 0.3 + ((i * (31 + k) + 1777 * k) % 9973) / 9973
    await script.post('runs/log-batch', {
      run_id: id,
      metrics: ['test_rmse', 'test_r2', 'train_rmse', 'loss', 'val_loss'].map((key, k) => ({ key, value: value(k), step: 10, timestamp: Math.round(end) })),
      params: [
        ['alpha', (i % 20) / 20],
        ['depth', 1 + (i % 9)],
        ['rate', ['0.1', '0.03', '0.01', '0.003'][i % 4]],
        ['seed', i % 50],
        ['features', ['all', 'few', 'grain size and layer thickness'][i % 3]],
      ].map(([key, v]) => ({ key, value: String(v) })),
    })
    await script.post('runs/update', { run_id: id, status: i % 17 === 0 ? 'FAILED' : 'FINISHED', end_time: Math.round(end) })
  }
  const worker = async () => {
    while (next < runs) await one(next++)
  }
  await Promise.all(Array.from({ length: 8 }, worker))
}
