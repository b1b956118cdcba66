import {parentPort} from 'node:worker_threads'
import {type Job, runJob} from './jobs.ts'

parentPort?.on('message', ({job, seed}: {job: Job; seed: number}) => parentPort?.postMessage(runJob(job, seed)))
