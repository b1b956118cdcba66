/** Do the manifests deploy the image that is judged with them? A verdict over other bytes says nothing of a deployment. */
import type {Digest} from '../core/digest.ts'
import type {Finding} from '../core/finding.ts'
import {imageNameOf, namesImage} from './image-name.ts'

export interface DeployedWorkload {
  /** `Deployment credit` */
  readonly label: string
  /** Images of its containers, as the manifest writes them. */
  readonly images: readonly string[]
}

const id = 'image/manifests-deploy-this-image'

/**
 * One finding for each workload that names the judged image by another digest; a tag is a matter of the check
 * `k8s-image-digest`. An image that lies in a folder or an archive has no name that a manifest could hold.
 *
 * @param label as the caller named the image
 * @param digests of the index and of its images
 */
export function deployedFindings(
  workloads: readonly DeployedWorkload[],
  label: string,
  digests: readonly Digest[],
): readonly Finding[] {
  if (/^[./]/.test(label) || digests.length === 0 || workloads.length === 0) return []
  const name = imageNameOf(label)
  const using = workloads.flatMap(workload =>
    workload.images.filter(image => namesImage(name, image)).map(image => ({workload, image})),
  )
  if (using.length === 0) return [usedByNone(name)]
  return using.flatMap(({workload, image}) => {
    const [, digest] = image.split('@')
    return digest === undefined || digests.some(each => each === digest)
      ? []
      : [another(workload.label, image, digests)]
  })
}

function another(workload: string, image: string, digests: readonly Digest[]): Finding {
  return {
    id,
    verdict: 'fail',
    reason: 'image/manifests-deploy-another-image',
    subject: workload,
    what: `${workload} deploys ${image}, and ${digests[0]} is judged.`,
    why: 'What is validated is what is deployed, or nobody has looked at it.',
    remedy: 'Render the manifests with the digest of this image, or judge the image that they name.',
  }
}

function usedByNone(name: string): Finding {
  return {
    id,
    verdict: 'warn',
    reason: 'image/manifests-without-this-image',
    subject: name,
    what: `No workload of the manifests uses ${name}.`,
    why: 'Checks of other workloads say nothing of how this image will run.',
    remedy: 'Name the manifests that deploy this image under `image.manifests`.',
  }
}
