import * as fs from 'node:fs'
import * as path from 'node:path'
import {describe, expect, test} from 'vitest'
import {ruleGroups} from '../../../src/model/safety/rules.ts'
import {filesBelow, root} from '../../repository/tree.ts'

const rules = ruleGroups.flatMap(group => group.rules)
const ids = rules.map(({id}) => id)

describe('the rules that model files are held to', () => {
  test('have an id of their own each', () => {
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
    expect(ids.filter(id => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id))).toEqual([])
  })

  test('explain themselves: a title, why it matters, what to do', () => {
    const sentence = /^\S.*[.)]$/s
    expect(rules.filter(({title}) => !/^\S.*[^.\s]$/.test(title)).map(({id}) => id)).toEqual([])
    expect(rules.filter(({why}) => !sentence.test(why)).map(({id}) => id)).toEqual([])
    expect(rules.filter(({remedy}) => !sentence.test(remedy)).map(({id}) => id)).toEqual([])
    expect(
      rules.flatMap(({cves = []}) => cves).filter(cve => !/^(CVE-\d{4}-\d{4,}|GHSA(-\w{4}){3})$/.test(cve)),
    ).toEqual([])
  })

  test('stand all in the list', () => {
    const declared = filesBelow('src/model/safety', '.ts').flatMap(file => {
      const code = fs.readFileSync(path.join(root, file), 'utf8')
      return [...code.matchAll(/: Rule = \{\s*id: '([^']+)'/g)].map(([, id = '']) => id)
    })
    expect(declared.length).toBeGreaterThan(50)
    expect(declared.filter(id => !ids.includes(id))).toEqual([])
  })
})
