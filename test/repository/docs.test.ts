import * as fs from 'node:fs'
import * as path from 'node:path'
import {describe, expect, test} from 'vitest'
import * as YAML from 'yaml'
import {parseConfig} from '../../src/config/load.ts'
import {filesBelow, root} from './tree.ts'

const pages = [
  ...fs.readdirSync(root).filter(name => name.endsWith('.md')),
  ...filesBelow('docs', '.md'),
  ...filesBelow('actions', '.md'),
  ...filesBelow('examples', '.md'),
]

describe('the docs', () => {
  test('are the ones that a newcomer looks for', () => {
    expect(pages).toEqual(
      expect.arrayContaining(['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md']),
    )
  })

  test.each(pages)('every link in %s leads somewhere', page => {
    const text = read(page)
    const broken = [...withoutCode(text).matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)]
      .map(([, link = '']) => link)
      .filter(link => !/^(https?:|mailto:)/.test(link))
      .filter(link => !resolves(page, link))
    expect(broken).toEqual([])
  })

  test.each(pages)('every YAML and JSON example in %s parses', page => {
    for (const {language, code} of fences(read(page))) {
      if (language === 'json') expect(() => JSON.parse(code), code).not.toThrow()
      if (language !== 'yaml') continue
      const document = YAML.parseDocument(code)
      expect(
        document.errors.map(error => error.message),
        code,
      ).toEqual([])
      if (/^service:/m.test(code) && /^version: 1$/m.test(code))
        expect(() => parseConfig(code, page), code).not.toThrow()
    }
  })

  test.each(filesBelow('examples', 'slipway.yml').concat(filesBelow('examples', 'slipway.demo.yml')))(
    'the config %s is valid',
    file => {
      expect(() => parseConfig(read(file), file)).not.toThrow()
    },
  )
})

function resolves(page: string, link: string): boolean {
  const [file = '', anchor] = link.split('#')
  const target = file === '' ? page : path.join(path.dirname(page), file)
  if (!fs.existsSync(path.join(root, target))) return false
  return anchor === undefined || !target.endsWith('.md') || anchors(read(target)).includes(anchor)
}

/** As GitHub makes them: lower case, punctuation dropped, spaces to hyphens. */
function anchors(text: string): string[] {
  return [...text.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/^#+\s+(.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(/\s/g, '-'),
  )
}

function fences(text: string): {language: string; code: string}[] {
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map(([, language = '', code = '']) => ({language, code}))
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '')
}

function read(file: string): string {
  return fs.readFileSync(path.join(root, file), 'utf8')
}
