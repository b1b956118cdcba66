import type {Chart} from '../../../src/report/chart/chart.ts'

/** ROC of y = [0, 0, 1, 1], scores [.1, .4, .35, .8]: a jump to 0.5 at 0, then at 0.5 to 1. */
export const roc: Chart = {
  title: 'ROC curve',
  x: {name: 'false positive rate', low: 0, high: 1},
  y: {name: 'true positive rate', low: 0, high: 1},
  series: [
    {
      name: 'candidate',
      points: [
        [0, 0],
        [0, 0.5],
        [0.5, 0.5],
        [0.5, 1],
        [1, 1],
      ],
    },
    {
      name: 'chance',
      isReference: true,
      points: [
        [0, 0],
        [1, 1],
      ],
    },
  ],
}
