/** What a schema cannot say: rules between two parts of the file. They are asked even where the schema found mistakes. */
import {environmentRules} from './environment-rules.ts'
import {factsOf} from './facts.ts'
import {imageRules} from './image-rules.ts'
import type {Problem} from './problem.ts'
import {safetyRules} from './safety-rules.ts'
import {validationRules} from './validation-rules.ts'
import type {YamlSource} from './yaml-source.ts'

/** Empty when the parts of the file fit each other. */
export function checkSemantics(source: YamlSource): readonly Problem[] {
  const facts = factsOf(source)
  return [...safetyRules(facts), ...validationRules(facts), ...imageRules(facts), ...environmentRules(facts)]
}
