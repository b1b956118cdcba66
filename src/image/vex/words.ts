import type {Justification} from '../../core/justification.ts'

/** CycloneDX 1.6, `impactAnalysisJustification`, in the words of OpenVEX; undefined for a word that has no like. */
export function justificationOfCycloneDx(word: string | undefined): Justification | undefined {
  switch (word) {
    case 'code_not_present':
      return 'vulnerable_code_not_present'
    case 'code_not_reachable':
      return 'vulnerable_code_not_in_execute_path'
    case 'requires_configuration':
    case 'requires_dependency':
    case 'requires_environment':
      return 'vulnerable_code_cannot_be_controlled_by_adversary'
    case 'protected_by_compiler':
    case 'protected_at_runtime':
    case 'protected_at_perimeter':
    case 'protected_by_mitigating_control':
      return 'inline_mitigations_already_exist'
    default:
      return undefined
  }
}
