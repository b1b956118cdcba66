import {type ChildProcessByStdio, spawn} from 'node:child_process'
import {once} from 'node:events'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import type {Readable} from 'node:stream'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'

const credit = join(import.meta.dirname, '../../examples/credit')

interface Service {
  readonly url: string
  readonly process: ChildProcessByStdio<null, Readable, null>
}

async function serve(version: string, model = `releases/${version}/model`): Promise<Service> {
  const args = ['service/serve.ts', '--model', model, '--version', version, '--port', '0']
  const child = spawn(process.execPath, args, {cwd: credit, stdio: ['ignore', 'pipe', 'ignore']})
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  return {url: line.replace(/^.* on /, ''), process: child}
}

async function stop({process: child}: Service): Promise<number | null> {
  child.kill('SIGTERM')
  return child.exitCode ?? ((await once(child, 'exit')) as [number | null])[0]
}

const good = {
  age: 35,
  credit_amount: 2400,
  duration: 24,
  checking_account: 'little',
  saving_accounts: 'little',
  purpose: 'car',
  housing: 'own',
  job: '2',
}

type Row = Readonly<Record<string, string | number>>
type Tensor = {name: string; datatype: string; shape: number[]; data: unknown[]}

function tensors(rows: readonly Row[]): Tensor[] {
  return Object.entries(rows[0] ?? good).map(([name, value]) => ({
    name,
    datatype: typeof value === 'string' ? 'BYTES' : 'INT64',
    shape: [rows.length],
    data: rows.map(row => row[name]),
  }))
}

async function post(service: Service, body: unknown) {
  const response = await fetch(`${service.url}/v2/models/credit/infer`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return {status: response.status, body: (await response.json()) as Record<string, unknown>}
}

const page = async (service: Service) => (await fetch(`${service.url}/metrics`)).text()

describe('the credit service', () => {
  let v2: Service
  let v6: Service
  beforeAll(async () => {
    ;[v2, v6] = await Promise.all([serve('v2'), serve('v6')])
  })
  afterAll(async () => {
    await Promise.all([stop(v2), stop(v6)])
  })

  test('it answers with the scores that were evaluated', async () => {
    const columns = ['risk', 'sex', 'job', 'housing', 'saving_accounts', 'checking_account', 'credit_amount']
    const names = [...columns, 'duration', 'purpose', 'age']
    const data = readFileSync(join(credit, 'data/german_credit.csv'), 'utf8').trimEnd().split('\n').slice(1)
    const expected = readFileSync(join(credit, 'releases/v2/eval.csv'), 'utf8').trimEnd().split('\n').slice(1)
    const rows = expected.map(line => {
      const cells = data[Number(line.slice(1, 5)) - 1]?.split(',') ?? []
      const row = Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']))
      return {
        ...Object.fromEntries(Object.keys(good).map(name => [name, row[name] ?? ''])),
        age: Number(row.age),
        credit_amount: Number(row.credit_amount),
        duration: Number(row.duration),
      }
    })
    const {status, body} = await post(v2, {id: 'all', inputs: tensors(rows)})
    expect(status).toBe(200)
    expect(body).toMatchObject({model_name: 'credit', model_version: 'v2', id: 'all'})
    const outputs = body.outputs as Tensor[]
    expect(outputs.map(({name, datatype, shape}) => [name, datatype, shape])).toEqual([
      ['score', 'FP64', [400]],
      ['label', 'BYTES', [400]],
    ])
    expect(outputs[0]?.data.map(score => Number(score).toFixed(6))).toEqual(expected.map(line => line.split(',')[3]))
    expect(outputs[1]?.data).toEqual(expected.map(line => line.split(',')[2]))
  })

  test('it tells its health, its name and its tensors', async () => {
    const get = async (path: string) => {
      const response = await fetch(v2.url + path)
      return [response.status, await response.json()]
    }
    expect(await get('/v2/health/live')).toEqual([200, {live: true}])
    expect(await get('/v2/health/ready')).toEqual([200, {ready: true}])
    expect(await get('/v2')).toEqual([200, {name: 'credit-service', version: 'v2', extensions: []}])
    expect(await get('/v2/models/credit')).toMatchObject([200, {versions: ['v2'], inputs: {length: 8}}])
    expect(await get('/v2/models/other')).toEqual([404, {error: 'there is no GET /v2/models/other'}])
  })

  test.each([
    {request: 'no JSON', body: '{', error: 'the body is not JSON'},
    {request: 'no inputs', body: {}, error: 'expected an object with the list "inputs"'},
    {request: 'an empty batch', body: {inputs: []}, error: 'input "age" is missing'},
    {request: 'a missing column', body: {inputs: tensors([good]).slice(1)}, error: 'input "age" is missing'},
    {
      request: 'an unknown column',
      body: {inputs: [...tensors([good]), {name: 'sex', datatype: 'BYTES', shape: [1], data: ['male']}]},
      error: 'unknown input "sex"',
    },
    {
      request: 'a column twice',
      body: {inputs: [...tensors([good]), ...tensors([good])]},
      error: 'input "age" is given twice',
    },
    {
      request: 'a negative amount',
      body: {inputs: tensors([{...good, credit_amount: -5}])},
      error: 'value 0 of input "credit_amount" is not a number above zero',
    },
    {
      request: 'text for a number',
      body: {inputs: tensors([{...good, age: 'old'}])},
      error: 'input "age" has datatype BYTES, expected FP64',
    },
    {
      request: 'a shape that lies',
      body: {inputs: tensors([good]).map(tensor => ({...tensor, shape: [2]}))},
      error: 'the shape of input "age" does not fit its 1 values',
    },
  ])('it refuses a request with $request, and says why', async ({body, error}) => {
    expect(await post(v2, body)).toEqual({status: 400, body: {error}})
  })

  test('a purpose that training has never seen is answered by v2, and breaks v6', async () => {
    const repairs = {inputs: tensors([{...good, purpose: 'repairs'}])}
    expect((await post(v2, repairs)).status).toBe(200)
    expect(await post(v6, repairs)).toEqual({status: 500, body: {error: 'the model could not answer'}})
    expect((await post(v6, {inputs: tensors([good])})).status).toBe(200)
    const metrics = await page(v6)
    expect(metrics).toContain('http_requests_total{code="200",version="v6"} 1\n')
    expect(metrics).toContain('http_requests_total{code="500",version="v6"} 1\n')
    expect(metrics).toContain('http_request_duration_seconds_count{version="v6"} 2\n')
    expect(metrics).toMatch(/^http_request_duration_seconds_bucket\{version="v6",le="0\.12"\} \d+$/m)
    expect(metrics).toMatch(/^process_start_time_seconds \d{10}\.?\d*$/m)
  })

  test('health checks and scrapes are not counted as predictions', async () => {
    const counts = (text: string) => text.match(/^http_requests_total.*$/gm)
    const before = counts(await page(v2))
    await fetch(`${v2.url}/v2/health/ready`)
    expect(counts(await page(v2))).toEqual(before)
  })

  test('it ends cleanly when it is asked to', async () => {
    expect(await stop(await serve('v1'))).toBe(0)
  })

  test('it does not start without the weights', async () => {
    const child = spawn(
      process.execPath,
      ['service/serve.ts', '--model', 'releases/v4/model', '--version', 'v4', '--port', '0'],
      {cwd: credit, stdio: 'ignore'},
    )
    expect(await once(child, 'exit')).toEqual([1, null])
  })
})
