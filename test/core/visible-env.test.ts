import {expect, test} from 'vitest'
import {visibleEnv} from '../../src/core/visible-env.ts'

test('a program sees PATH, HOME and what is named, and nothing else', () => {
  const all = {PATH: '/bin', HOME: '/home/a', TOKEN: 'secret', PRICE: '1'}
  expect(visibleEnv(['PRICE'], all)).toEqual({env: {PATH: '/bin', HOME: '/home/a', PRICE: '1'}, missing: []})
})

test('what is named and not set is told', () => {
  expect(visibleEnv(['A', 'B'], {B: ''})).toEqual({env: {PATH: '', B: ''}, missing: ['A']})
})
