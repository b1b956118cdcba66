import {UserError} from '../../core/failure.ts'
import {formatCount} from '../../core/quantity.ts'

/** @param text the line, cut at a few characters; it decides what is said and is never repeated */
export function notAnObjectLine(line: number, text: string, valid: boolean): UserError {
  const begins = text.trim()
  if (line === 1 && begins.startsWith('[')) {
    return new UserError('model/jsonl-list', 'The file is one JSON list, not one object on each line.', {
      hint: 'Write JSON Lines (pandas: to_json(orient="records", lines=True); jq -c ".[]").',
    })
  }
  if (line === 1 && /^\{\s*("(?:[^"\\]|\\.)*"\s*:\s*[[{]?\s*)?$/.test(begins)) {
    return new UserError('model/jsonl-pretty-printed', 'The file is one JSON object over several lines.', {
      hint: 'Write one object on each line, without line breaks in it (jq -c .).',
    })
  }
  if (valid) {
    return new UserError('model/jsonl-not-an-object', `Line ${line} holds JSON, but not an object.`, {
      hint: 'Expected for example {"id": "a1", "label": "good", "score": 0.12} on each line.',
    })
  }
  return new UserError('model/jsonl-malformed-line', `Line ${line} is not JSON.`, {
    hint: 'Expected one JSON object on each line.',
  })
}

/** @param key shown: the names of columns are no rows */
export function duplicateKey(line: number, key: string): UserError {
  return new UserError('model/jsonl-duplicate-key', `Line ${line} has the key "${key.slice(0, 40)}" twice.`, {
    hint: 'Which of the two is meant cannot be known: write each key once.',
  })
}

export function tooManyKeys(line: number, limit: number): UserError {
  return new UserError(
    'model/jsonl-too-many-keys',
    `Up to line ${line} the file has more than ${formatCount(limit)} different keys.`,
    {hint: 'Keys are names of columns: write values such as ids as values.'},
  )
}

export function lineTooLong(line: number): UserError {
  return new UserError('model/jsonl-line-too-long', `Line ${line} is longer than 16 MiB.`, {
    hint: 'Expected one JSON object on each line; is this one JSON document?',
  })
}
