import type {Work} from '../../limits.ts'
import type {Message} from '../protobuf.ts'
import {type Graphs, noGraphs, readGraph} from './graph.ts'

/** What a MetaGraphDef says beside its graph. */
export interface MetaGraph {
  readonly graphs: Graphs
  /** Whether it has a graph at all. */
  hasGraph: boolean
  /** File names below the folder `assets`. */
  readonly assets: {readonly file: string; readonly at: number}[]
  /** Constants that the loader replaces by the paths of assets. */
  readonly assetNodes: Set<string>
  /** Keras configurations in the object graph (TensorFlow 2.0 to 2.4 writes them here). */
  readonly kerasTexts: {readonly text: string; readonly at: number}[]
  /** As it says itself: `2.21.0`. */
  version: string | null
}

export function noMetaGraph(): MetaGraph {
  return {graphs: noGraphs(), hasGraph: false, assets: [], assetNodes: new Set(), kerasTexts: [], version: null}
}

/** MetaGraphDef (meta_graph.proto). Several of one SavedModel add up. @throws Malformed, OverLimit */
export async function readMetaGraph(message: Message, meta: MetaGraph, work: Work): Promise<void> {
  for (let field = await message.next(); field; field = await message.next()) {
    if (field.type !== 'bytes') continue
    switch (field.number) {
      case 1:
        await readInfo(message.open(field), meta)
        break
      case 2:
        meta.hasGraph = true
        await readGraph(message.open(field), meta.graphs, work)
        break
      case 6:
        await readAsset(message.open(field), meta, field.at)
        break
      case 7:
        await readObjects(message.open(field), meta)
        break
      default:
        break
    }
  }
}

/** MetaInfoDef: tensorflow_version 5. */
async function readInfo(info: Message, meta: MetaGraph): Promise<void> {
  for (let field = await info.next(); field; field = await info.next()) {
    if (field.number === 5 && field.type === 'bytes') meta.version = await info.text(field)
  }
}

/** AssetFileDef: tensor_info 1 (TensorInfo: name 1), filename 2. */
async function readAsset(asset: Message, meta: MetaGraph, at: number): Promise<void> {
  for (let field = await asset.next(); field; field = await asset.next()) {
    if (field.type !== 'bytes') continue
    if (field.number === 2) meta.assets.push({file: await asset.text(field), at})
    if (field.number !== 1) continue
    const tensor = asset.open(field)
    for (let part = await tensor.next(); part; part = await tensor.next()) {
      if (part.number !== 1 || part.type !== 'bytes') continue
      meta.assetNodes.add((await tensor.text(part)).replace(/:\d{1,9}$/, ''))
    }
  }
}

/** Longest configuration in an object graph. */
const metadataLimit = 32 * 2 ** 20

/** SavedObjectGraph: nodes 1 (SavedObject: user_object 4 (SavedUserObject: metadata 3)). */
async function readObjects(graph: Message, meta: MetaGraph): Promise<void> {
  for (let field = await graph.next(); field; field = await graph.next()) {
    if (field.number !== 1 || field.type !== 'bytes') continue
    const object = graph.open(field)
    for (let kind = await object.next(); kind; kind = await object.next()) {
      if (kind.number !== 4 || kind.type !== 'bytes') continue
      const user = object.open(kind)
      for (let part = await user.next(); part; part = await user.next()) {
        if (part.number !== 3 || part.type !== 'bytes' || part.end === part.start) continue
        const text = new TextDecoder('utf-8').decode(await user.content(part, metadataLimit))
        meta.kerasTexts.push({text, at: part.at})
      }
    }
  }
}
