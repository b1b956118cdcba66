import type {Digest} from '../../core/digest.ts'
import type {Gathered} from '../gather-fact.ts'
import type {ContractComparison} from './compare/compare.ts'
import type {Contract} from './contract.ts'
import type {Violations} from './violations.ts'

export interface ContractFile {
  readonly path: string
  readonly digest: Digest
  readonly contract: Contract
}

/** What a contract gate judges. */
export interface ContractFacts {
  readonly contract: Gathered<ContractFile>
  /** Null where the contract could not be read, and where there are no rows to hold against it. */
  readonly rows: {readonly path: string; readonly violations: Gathered<Violations>} | null
  /** Null where the gate does not ask for the deployed contract. */
  readonly deployed: Gathered<ContractFile> | null
  /** Null where one of the two could not be read. */
  readonly comparison: ContractComparison | null
}
