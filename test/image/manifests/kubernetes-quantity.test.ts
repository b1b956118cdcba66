import {expect, test} from 'vitest'
import {parseKubernetesQuantity} from '../../../src/image/manifests/kubernetes-quantity.ts'

// The forms of k8s.io/apimachinery, pkg/api/resource/quantity.go.
test.each([
  ['500m', 0.5],
  ['2', 2],
  ['0.5', 0.5],
  ['.5', 0.5],
  ['1.', 1],
  ['2Gi', 2 * 1024 ** 3],
  ['2G', 2e9],
  ['1e3', 1000],
  ['1E3', 1000],
  ['1E', 1e18],
  ['100k', 100_000],
  ['2GB', undefined],
  ['2gi', undefined],
  ['', undefined],
  ['1 Gi', undefined],
  ['half', undefined],
])('%s', (text, amount) => {
  expect(parseKubernetesQuantity(text)).toBe(amount)
})
