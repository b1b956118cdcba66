/**
 * What a part of a model card is called. The five words of the default are known under the headings of the usual
 * templates: Mitchell et al., "Model Cards for Model Reporting" (2019), and the card template of the Hugging Face hub.
 * Any other word stands for itself.
 */
import {plainTitle} from './card.ts'

/** Titles, as {@link plainTitle} writes them. A card's own title of a part may go on after one: "metrics of release 4". */
export function titlesOf(part: string): readonly string[] {
  const plain = plainTitle(part)
  return [plain, ...(known.get(plain) ?? [])]
}

const known: ReadonlyMap<string, readonly string[]> = new Map([
  [
    'owner',
    [
      'owners',
      'model owner',
      'model owners',
      'owned by',
      'contact',
      'contacts',
      'contact information',
      'point of contact',
      'model card contact',
      'model contact',
      'developed by',
      'developers',
      'developer',
      'maintainer',
      'maintainers',
      'maintained by',
      'responsible',
      'team',
      'author',
      'authors',
      'model card authors',
      'model creator',
      'created by',
      'person or organization developing model',
    ],
  ],
  [
    'intended use',
    [
      'intended uses',
      'intended uses and limitations',
      'intended use and limitations',
      'use',
      'uses',
      'usage and limitations',
      'direct use',
      'direct uses',
      'primary intended uses',
      'use case',
      'use cases',
      'purpose',
    ],
  ],
  [
    'data',
    [
      'training data',
      'training dataset',
      'training datasets',
      'training and evaluation data',
      'evaluation data',
      'dataset',
      'datasets',
      'data sources',
      'data source',
      'data sets',
      'data set',
      'trained on',
    ],
  ],
  [
    'limits',
    [
      'limit',
      'limitation',
      'limitations',
      'known limitations',
      'bias risks and limitations',
      'risks and limitations',
      'limitations and bias',
      'limitations and biases',
      'bias and limitations',
      'limitations and risks',
      'intended uses and limitations',
      'intended use and limitations',
      'usage and limitations',
      'risks limitations and biases',
      'caveats',
      'caveats and recommendations',
      'out of scope use',
      'out of scope uses',
      'out of scope use cases',
    ],
  ],
  [
    'metrics',
    [
      'metric',
      'evaluation',
      'evaluation results',
      'evaluation metrics',
      'results',
      'training results',
      'performance',
      'performance metrics',
      'model performance',
      'quantitative analyses',
      'benchmarks',
      'benchmark results',
      'model index',
    ],
  ],
])
