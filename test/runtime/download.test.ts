import {afterEach, describe, expect, test} from 'vitest'
import {createDownloads} from '../../src/runtime/download.ts'
import {type Answer, type FileServer, serveFiles} from '../fakes/file-server.ts'

let server: FileServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})

async function download(
  answers: Readonly<Record<string, Answer>>,
  change: {maxBytes?: number; timeoutMs?: number} = {},
) {
  server = await serveFiles(answers)
  const chunks: Uint8Array[] = []
  const options = {maxBytes: 1_000_000, timeoutMs: 10_000, system: 'releases.example.com', ...change}
  for await (const chunk of createDownloads().open(`${server.url}/file`, options)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

describe('a download', () => {
  test('gives all the bytes, also after redirects', async () => {
    const bytes = Buffer.alloc(300_000, 'x')
    const answers = {'/file': {redirectTo: '/other'}, '/other': {redirectTo: '/third'}, '/third': bytes}
    expect((await download(answers)).equals(bytes)).toBe(true)
  })

  test.each<[string, Answer, string, boolean]>([
    ['that is not there', {status: 404}, 'answer-refused', false],
    ['that may not be had', {status: 403}, 'answer-refused', false],
    ['that is limited', {status: 429}, 'answer-refused', true],
    ['whose server is down', {status: 502}, 'answer-refused', true],
    ['that breaks', response => response.writeHead(200).write('x', () => response.destroy()), 'unreachable', true],
    ['that never ends', Buffer.alloc(1_000_001), 'answer-too-large', false],
    ['that leads in a circle', {redirectTo: '/file'}, 'unreachable', true],
  ])('%s says so', async (_, answer, code, retryable) => {
    await expect(download({'/file': answer})).rejects.toMatchObject({
      name: 'SystemError',
      code: `releases.example.com/${code}`,
      system: 'releases.example.com',
      retryable,
    })
  })

  test('that takes too long is ended', async () => {
    const hanging: Answer = response => {
      response.writeHead(200).write('x')
    }
    await expect(download({'/file': hanging}, {timeoutMs: 50})).rejects.toMatchObject({
      code: 'releases.example.com/timeout',
      retryable: true,
    })
  })

  test('follows the proxy first', async () => {
    const said: string[] = []
    const downloads = createDownloads(() => {
      said.push('proxy')
      throw new Error('the proxy is wrong')
    })
    const reading = async () => {
      for await (const _ of downloads.open('http://127.0.0.1:1/', {maxBytes: 1, timeoutMs: 100, system: 'x'}));
    }
    await expect(reading()).rejects.toThrow('the proxy is wrong')
    expect(said).toEqual(['proxy'])
  })
})
