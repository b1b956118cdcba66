import {once} from 'node:events'
import * as fs from 'node:fs'
import {createRandom} from '../../../src/core/random.ts'

/** The same predictions as CSV and as JSON Lines: six columns, scores with all their digits. */
export async function writePredictions(csvPath: string, jsonlPath: string, rows: number): Promise<void> {
  const random = createRandom(1)
  const csv = fs.createWriteStream(csvPath)
  const jsonl = fs.createWriteStream(jsonlPath)
  csv.write('id,label,prediction,score,group,weight\n')
  for (let done = 0; done < rows; done += 1000) {
    let csvLines = ''
    let jsonLines = ''
    for (let row = done; row < Math.min(rows, done + 1000); row++) {
      const id = `row-${String(row).padStart(8, '0')}`
      const score = random.uniform()
      const label = random.uniform() < 0.3 ? 'bad' : 'good'
      const prediction = score < 0.3 ? 'bad' : 'good'
      const group = ['north', 'south', 'east', 'west'][Math.floor(random.uniform() * 4)] ?? ''
      const weight = Math.round(random.uniform() * 3000) / 1000
      csvLines += `${id},${label},${prediction},${score},${group},${weight}\n`
      jsonLines += `${JSON.stringify({id, label, prediction, score, group, weight})}\n`
    }
    if (!csv.write(csvLines)) await once(csv, 'drain')
    if (!jsonl.write(jsonLines)) await once(jsonl, 'drain')
  }
  csv.end()
  jsonl.end()
  await Promise.all([once(csv, 'finish'), once(jsonl, 'finish')])
}

/** The columns as `validate` asks for them. */
export const requests = [
  {name: 'id', kind: 'text'},
  {name: 'label', kind: 'category'},
  {name: 'prediction', kind: 'category'},
  {name: 'score', kind: 'number'},
  {name: 'group', kind: 'category'},
  {name: 'weight', kind: 'number'},
] as const
