import type {TelemetryConfig} from '../config/schema.ts'
import {assertNever} from '../core/assert.ts'
import type {Runtime} from '../runtime/runtime.ts'
import {openPrometheus} from './prometheus.ts'
import {openScrape} from './scrape.ts'
import type {Source} from './source.ts'

/** The source that the config names. @throws UserError when its addresses or its token cannot be used. */
export function openSource(config: TelemetryConfig, runtime: Pick<Runtime, 'http' | 'env'>): Source {
  switch (config.kind) {
    case 'scrape':
      return openScrape(config, runtime.http)
    case 'prometheus':
      return openPrometheus(config, runtime.http, runtime.env)
    default:
      return assertNever(config)
  }
}
