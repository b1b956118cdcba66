import type {CellSink} from '../cells.ts'
import type {ColumnRequest, TextColumn} from '../columns.ts'
import type {ColumnBuilder} from './builder.ts'
import {type CategoryBuilder, createCategoryBuilder} from './category.ts'
import {createInstantBuilder, type InstantBuilder} from './instant.ts'
import {createListBuilder, type ListBuilder} from './list.ts'
import {createNumberBuilder, type NumberBuilder} from './number.ts'
import {createTextBuilder} from './text.ts'

/** The builder of a column, by the kind that was asked for. */
export type OpenColumn =
  /** Looked at only, to tell its kind. */
  | {readonly kind: 'any'; readonly builder: CellSink}
  | {readonly kind: 'text'; readonly builder: ColumnBuilder<TextColumn>}
  | {readonly kind: 'category'; readonly builder: CategoryBuilder}
  | {readonly kind: 'number'; readonly builder: NumberBuilder}
  | {readonly kind: 'instant'; readonly builder: InstantBuilder}
  | {readonly kind: 'list'; readonly builder: ListBuilder}

export function openColumn(request: ColumnRequest): OpenColumn {
  switch (request.kind) {
    case 'text':
      return {kind: 'text', builder: createTextBuilder()}
    case 'category':
      return {kind: 'category', builder: createCategoryBuilder()}
    case 'number':
      return {kind: 'number', builder: createNumberBuilder()}
    case 'instant':
      return {kind: 'instant', builder: createInstantBuilder()}
    case 'list':
      return {kind: 'list', builder: createListBuilder(request.separator)}
  }
}
