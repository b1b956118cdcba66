import type {Digest} from '../../../core/digest.ts'
import type {Folders} from '../../../runtime/folders.ts'
import type {ResolvedImage} from '../../scanner.ts'
import {checkDisk} from '../disk.ts'
import type {Descriptor} from '../manifest.ts'
import {findImages} from '../walk.ts'
import {openRepository, type RegistryPorts, type Repository} from './client.ts'
import {type ImageName, nameByDigest, parseImageName} from './name.ts'

/**
 * The tag is asked for once: whoever moves it afterwards moves nothing here.
 * @throws UserError or SystemError where the registry gives no image of this name, or another than it was asked for
 */
export async function resolveRegistry(
  label: string,
  ports: RegistryPorts & {readonly folders: Pick<Folders, 'freeBytes' | 'temporaryRoot'>},
): Promise<ResolvedImage> {
  const name = parseImageName(label)
  const repository = openRepository(name, ports)
  const root = await resolveRoot(name, repository)
  const {isIndex, images, passedOver, doubts} = await findImages([root], repository)
  await checkDisk(label, images, ports.folders)
  const target = (digest: Digest) => ({
    kind: 'registry' as const,
    name: nameByDigest(name, digest),
    plainHttp: name.plainHttp,
  })
  return {
    label,
    digest: root.digest,
    isIndex,
    images: images.map(({digest, configDigest, platform, facts}) => ({
      target: {...target(digest), label, digest, configDigest, platform},
      facts,
    })),
    passedOver,
    doubts,
  }
}

async function resolveRoot({digest, tag}: ImageName, repository: Repository): Promise<Descriptor> {
  const nothing = {annotations: new Map(), platform: null}
  if (digest !== null) return {...nothing, digest, mediaType: '', size: 0}
  return {...nothing, ...(await repository.resolveTag(tag ?? 'latest'))}
}
