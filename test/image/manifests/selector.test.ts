import {expect, test} from 'vitest'
import {selects} from '../../../src/image/manifests/selector.ts'
import {parseTree} from '../../../src/image/manifests/yaml-tree.ts'

const labels = new Map([
  ['app', 'credit'],
  ['tier', 'api'],
])

test.each([
  ['{}', true],
  ['{matchLabels: {}}', true],
  ['{matchLabels: {app: credit}}', true],
  ['{matchLabels: {app: credit, tier: web}}', false],
  ['{matchExpressions: [{key: app, operator: In, values: [debit, credit]}]}', true],
  ['{matchExpressions: [{key: app, operator: NotIn, values: [credit]}]}', false],
  // A label that is absent is not in the list either.
  ['{matchExpressions: [{key: zone, operator: NotIn, values: [a]}]}', true],
  ['{matchExpressions: [{key: zone, operator: Exists}]}', false],
  ['{matchExpressions: [{key: zone, operator: DoesNotExist}]}', true],
  ['{matchLabels: {app: credit}, matchExpressions: [{key: tier, operator: Exists}]}', true],
  ['{matchExpressions: [{key: app, operator: Resembles, values: [credit]}]}', false],
  ['credit', false],
])('the selector %s', (text, expected) => {
  const parsed = parseTree(text, 1)
  expect(selects(parsed.kind === 'tree' ? parsed.tree : undefined, labels)).toBe(expected)
})

test('no selector selects nothing', () => {
  expect(selects(undefined, labels)).toBe(false)
})
