import {formatCount} from '../../../core/quantity.ts'
import type {Artifact} from '../artifact.ts'
import type {Format, Reading, Scan} from '../format.ts'
import {quote, type Rule} from '../observation.ts'
import {Cursor} from './cursor.ts'
import {isKerasText, seeKerasConfig} from './keras/config-text.ts'
import {Message} from './protobuf.ts'
import {readGraph} from './tensorflow/graph.ts'
import {judgeGraphs} from './tensorflow/judge.ts'
import {type MetaGraph, noMetaGraph, readMetaGraph} from './tensorflow/meta-graph.ts'
import {looksLikeGraph, looksLikeMetaGraphFile, looksLikeSavedModel} from './tensorflow/recognise.ts'
import {tfAsset, tfAssetMissing, tfNoGraph, tfUnread} from './tensorflow/rules.ts'

/** A TensorFlow SavedModel: graphs are programs, and some of their ops reach outside of the graph. */
export const savedModel: Format = {
  name: 'TensorFlow SavedModel',
  recognise: looksLikeSavedModel,
  async read(artifact, scan) {
    const meta = noMetaGraph()
    const message = openMessage(artifact, scan)
    for (let field = await message.next(); field; field = await message.next()) {
      if (field.number === 2 && field.type === 'bytes') await readMetaGraph(message.open(field), meta, scan.work)
    }
    await seeAssets(meta, artifact, scan)
    return seeMetaGraph(meta, artifact, scan, 'TensorFlow SavedModel')
  },
}

/** The graph of a TensorFlow 1 checkpoint. */
export const metaGraph: Format = {
  name: 'TensorFlow MetaGraph',
  recognise: looksLikeMetaGraphFile,
  async read(artifact, scan) {
    const meta = noMetaGraph()
    await readMetaGraph(openMessage(artifact, scan), meta, scan.work)
    return seeMetaGraph(meta, artifact, scan, 'TensorFlow MetaGraph')
  },
}

/** A frozen graph: weights are constants in it. */
export const graphDef: Format = {
  name: 'TensorFlow graph',
  recognise: looksLikeGraph,
  async read(artifact, scan) {
    const meta = noMetaGraph()
    meta.hasGraph = true
    await readGraph(openMessage(artifact, scan), meta.graphs, scan.work)
    return seeMetaGraph(meta, artifact, scan, 'TensorFlow graph')
  },
}

/** `keras_metadata.pb` beside a SavedModel: SavedMetadata, nodes 1 (SavedObject: metadata 5, in JSON). */
export const kerasMetadata: Format = {
  name: 'Keras metadata',
  recognise: ({name}) => name === 'keras_metadata.pb',
  async read(artifact, scan) {
    const message = openMessage(artifact, scan)
    for (let field = await message.next(); field; field = await message.next()) {
      if (field.number !== 1 || field.type !== 'bytes') continue
      const node = message.open(field)
      for (let part = await node.next(); part; part = await node.next()) {
        if (part.number !== 5 || part.type !== 'bytes') continue
        const text = new TextDecoder('utf-8').decode(await node.content(part, metadataLimit))
        seeKerasText(text, part.at, artifact, scan)
      }
    }
    return {is: 'Keras metadata', holds: 'text'}
  },
}

const metadataLimit = 32 * 2 ** 20

/** Forms of a SavedModel that the loader takes by their names, and that are not read. */
export const otherSavedModel: Format = {
  name: 'TensorFlow SavedModel in another form',
  recognise: ({name}) => name === 'saved_model.pbtxt' || name === 'saved_model.cpb',
  async read(artifact, scan) {
    const form = artifact.path.at(-1)?.endsWith('pbtxt') ? 'in text form' : 'in chunks'
    say(artifact, scan, tfUnread, `It is a SavedModel ${form}.`)
    return {is: 'TensorFlow SavedModel', holds: 'program'}
  },
}

/** What stands beside a SavedModel and is not run: `fingerprint.pb` holds hashes, `tfhub_module.pb` a version. */
export const fingerprint: Format = {
  name: 'TensorFlow fingerprint',
  recognise: ({name, size}) => (name === 'fingerprint.pb' || name === 'tfhub_module.pb') && size <= 4096,
  async read(artifact, scan) {
    const message = openMessage(artifact, scan)
    while ((await message.next()) !== null) scan.work.step()
    return {is: 'TensorFlow fingerprint', holds: 'text'}
  },
}

function openMessage({bytes}: Artifact, {work}: Scan): Message {
  return new Message(new Cursor(bytes), work)
}

function say({path}: Artifact, scan: Scan, rule: Rule, what: string, byte?: number): void {
  scan.see({rule, what, place: byte === undefined ? {path} : {path, byte}, sure: 'certain'})
}

function seeMetaGraph(meta: MetaGraph, artifact: Artifact, scan: Scan, is: string): Reading {
  const {graphs, assetNodes, kerasTexts, version} = meta
  if (!meta.hasGraph) say(artifact, scan, tfNoGraph, 'It has no graph.')
  for (const {rule, what, sure, at} of judgeGraphs(graphs, assetNodes)) {
    scan.see({rule, what, sure, place: {path: artifact.path, byte: at}})
  }
  for (const {text, at} of kerasTexts) seeKerasText(text, at, artifact, scan)
  const count = `${formatCount(graphs.nodes)} ${graphs.nodes === 1 ? 'op' : 'ops'}`
  const from = version !== null && /^[\w.+-]{1,40}$/.test(version) ? `, TensorFlow ${version}` : ''
  return {is: `${is}, ${count}${from}`, holds: 'weights'}
}

/** Metadata of an object: the configuration of a layer, or of a model with one inside. */
function seeKerasText(text: string, byte: number, artifact: Artifact, scan: Scan): void {
  if (isKerasText(text)) seeKerasConfig(text, {artifact, scan, byte, name: 'its metadata', container: 'saved model'})
}

/** Assets are named relative to the folder `assets`; the loader joins the two without a further look. */
async function seeAssets({assets}: MetaGraph, artifact: Artifact, scan: Scan): Promise<void> {
  for (const {file, at} of assets) {
    if (/(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^[A-Za-z]:|:\/\//.test(file)) {
      say(artifact, scan, tfAsset, `It takes the asset ${quote(file)} from outside of its folder.`, at)
      continue
    }
    const found = await artifact.siblings?.find(`assets/${file}`)
    switch (found?.kind) {
      case undefined:
      case 'file':
        break
      case 'absent':
      case 'folder':
        say(artifact, scan, tfAssetMissing, `The asset ${quote(file)} is not in its folder.`, at)
        break
      case 'outside':
      case 'link':
        say(artifact, scan, tfAsset, `The asset ${quote(file)} is a link, or leads out of the model folder.`, at)
        break
    }
  }
}
