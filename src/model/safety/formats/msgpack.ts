import {formatCount} from '../../../core/quantity.ts'
import type {Artifact} from '../artifact.ts'
import type {Format, Reading, Scan} from '../format.ts'
import {Malformed} from '../malformed.ts'
import {Cursor} from './cursor.ts'
import {Content} from './msgpack/content.ts'
import {looksLikeMsgpack} from './msgpack/recognise.ts'

/**
 * MessagePack, in which Flax keeps checkpoints (`flax_model.msgpack`) and spaCy and thinc their pipelines. Data, but for
 * two things: arrays of objects, which msgpack-numpy unpickles, and extension types, which mean what the loader wants.
 */
export const msgpack: Format = {name: 'MessagePack', recognise: looksLikeMsgpack, read: readMsgpack}

async function readMsgpack(artifact: Artifact, scan: Scan): Promise<Reading> {
  const cursor = new Cursor(artifact.bytes)
  const content = new Content(artifact, scan, cursor)
  await content.whole('', 0)
  if (cursor.left > 0) throw new Malformed(`${formatCount(cursor.left)} bytes stand behind its value.`, cursor.at)
  const {tensors} = content
  await scan.tensors(artifact, tensors)
  if (tensors.length === 0) return {is: 'MessagePack', holds: 'text'}
  return {
    is: `MessagePack, ${formatCount(tensors.length)} ${tensors.length === 1 ? 'array' : 'arrays'}`,
    holds: 'weights',
  }
}
