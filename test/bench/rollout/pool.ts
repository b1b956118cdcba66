import {once} from 'node:events'
import {availableParallelism} from 'node:os'
import {Worker} from 'node:worker_threads'
import type {Job, JobResult} from './jobs.ts'

/** Runs all jobs, as many at once as there are cores; answers in the order of the jobs, whoever was ready first. */
export async function runAll(jobs: readonly Job[], seed: number): Promise<readonly JobResult[]> {
  const results: JobResult[] = []
  let next = 0
  const lanes = Array.from({length: Math.min(availableParallelism(), jobs.length)}, async () => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url))
    for (let index = next++; index < jobs.length; index = next++) {
      results[index] = await ask(worker, {job: jobs[index], seed: seed + index})
    }
    await worker.terminate()
  })
  await Promise.all(lanes)
  return results
}

async function ask(worker: Worker, message: unknown): Promise<JobResult> {
  worker.postMessage(message)
  const [result] = await once(worker, 'message')
  return result
}
