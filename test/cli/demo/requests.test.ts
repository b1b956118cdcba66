import {describe, expect, test} from 'vitest'
import {requestsFrom} from '../../../src/cli/demo/requests.ts'

describe('rows as requests', () => {
  test('each row is one request with one tensor per column', () => {
    expect(requestsFrom('id,age,purpose\nc0001,67,radio/TV\nc0002,22,car\n').map(text => JSON.parse(text))).toEqual([
      {
        id: 'c0001',
        inputs: [
          {name: 'age', datatype: 'FP64', shape: [1], data: [67]},
          {name: 'purpose', datatype: 'BYTES', shape: [1], data: ['radio/TV']},
        ],
      },
      {
        id: 'c0002',
        inputs: [
          {name: 'age', datatype: 'FP64', shape: [1], data: [22]},
          {name: 'purpose', datatype: 'BYTES', shape: [1], data: ['car']},
        ],
      },
    ])
  })

  test.each([
    {file: 'no rows', csv: 'id,age\n', why: 'it has no rows'},
    {file: 'nothing', csv: '', why: 'it has no rows'},
    {file: 'a short row', csv: 'id,age\nc1,5\nc2\n', why: 'row 2 does not fit the header'},
    {file: 'quotes', csv: 'id,purpose\nc1,"car"\n', why: 'row 1 does not fit the header'},
  ])('a file with $file is refused', ({csv, why}) => {
    expect(() => requestsFrom(csv)).toThrow(`The demo’s traffic cannot be read: ${why}.`)
  })
})
