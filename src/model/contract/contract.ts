import type {Schema} from './schema.ts'

/** What a service promises to accept or to answer, in the form that everything here works with. */
export interface Contract {
  readonly source: 'json-schema' | 'mlflow-signature'
  /** Of one request or one response: of one row. */
  readonly schema: Schema
  /**
   * `whole`: a row is an object and is held against the schema as it is. `named`: columns that the schema does not name are
   * no part of the contract and are taken out first (MLflow ignores them). `value`: the schema speaks of one value without
   * a name.
   */
  readonly rows: 'whole' | 'named' | 'value'
}

export type Side = 'request' | 'response'
