import * as fs from 'node:fs'
import * as path from 'node:path'
import {expect, test} from 'vitest'
import {version} from '../../src/core/version.ts'
import {root} from './tree.ts'

test('results name the version that package.json has', () => {
  expect(JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')).version).toBe(version)
})
