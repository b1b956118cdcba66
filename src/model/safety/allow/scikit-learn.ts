/** scikit-learn, and what its pickles hold beside estimators. */
import {type AllowedNames, container, handedOn, maker, native, object} from './entry.ts'
import {earlierEstimators, estimators} from './scikit-learn-estimators.ts'

const context = 'scikit-learn'

const distances = `
  BrayCurtisDistance CanberraDistance ChebyshevDistance DiceDistance DistanceMetric EuclideanDistance HammingDistance
  HaversineDistance JaccardDistance KulsinskiDistance MahalanobisDistance ManhattanDistance MatchingDistance
  MinkowskiDistance RogersTanimotoDistance RussellRaoDistance SEuclideanDistance SokalMichenerDistance
  SokalSneathDistance WMinkowskiDistance`
const withWidth = (width: string) =>
  distances
    .trim()
    .split(/\s+/)
    .map(name => `${name}${width}`)
    .join(' ')
const losses = `
  CyAbsoluteError CyExponentialLoss CyHalfBinomialLoss CyHalfGammaLoss CyHalfMultinomialLoss CyHalfPoissonLoss
  CyHalfSquaredError CyHalfTweedieLoss CyHalfTweedieLossIdentity CyHuberLoss CyPinballLoss`
const unpickled = losses
  .trim()
  .split(/\s+/)
  .map(name => `__pyx_unpickle_${name}`)
  .join(' ')
const sgdLosses = `
  EpsilonInsensitive Hinge Huber Log ModifiedHuber SquaredEpsilonInsensitive SquaredHinge SquaredLoss`
const classification = `
  accuracy_score balanced_accuracy_score brier_score_loss class_likelihood_ratios cohen_kappa_score confusion_matrix
  d2_brier_score d2_log_loss_score f1_score fbeta_score hamming_loss hinge_loss jaccard_score log_loss
  matthews_corrcoef precision_recall_fscore_support precision_score recall_score zero_one_loss`
const ranking = `
  auc average_precision_score coverage_error dcg_score label_ranking_average_precision_score label_ranking_loss
  ndcg_score precision_recall_curve roc_auc_score roc_curve top_k_accuracy_score`
const regression = `
  d2_absolute_error_score d2_pinball_score d2_tweedie_score explained_variance_score max_error mean_absolute_error
  mean_absolute_percentage_error mean_gamma_deviance mean_pinball_loss mean_poisson_deviance mean_squared_error
  mean_squared_log_error mean_tweedie_deviance median_absolute_error r2_score root_mean_squared_error
  root_mean_squared_log_error`
const clustering = `
  adjusted_mutual_info_score adjusted_rand_score completeness_score fowlkes_mallows_score homogeneity_score
  mutual_info_score normalized_mutual_info_score rand_score v_measure_score`
const selection = 'chi2 f_classif f_oneway f_regression r_regression'
const pairwise = `
  additive_chi2_kernel chi2_kernel cosine_distances cosine_similarity euclidean_distances haversine_distances
  laplacian_kernel linear_kernel manhattan_distances paired_distances polynomial_kernel rbf_kernel sigmoid_kernel`

export const scikitLearn: readonly AllowedNames[] = [
  {
    context,
    reason:
      'Estimators and their helpers: their state is attributes and nothing else, and their constructors only keep what they are given. What they call when they are used (a function, a metric, another estimator) is a value of the same pickle, so a name of this list.',
    uses: object,
    names: estimators,
  },
  {context, reason: 'The same estimators, in the modules of their day.', uses: object, names: earlierEstimators},
  {
    context,
    reason: 'A dictionary whose keys are attributes too.',
    uses: container,
    names: {'sklearn.utils': 'Bunch', 'sklearn.utils._bunch': 'Bunch'},
  },
  {
    context,
    reason:
      'Classes of native code that hold numbers. Their state is arrays, whose types are checked; the numbers in them are not, so a crafted one can end the process that loads it or predicts with it.',
    uses: native,
    names: {
      _loss: losses,
      'sklearn._loss._loss': losses,
      'sklearn.linear_model._sgd_fast': sgdLosses,
      'sklearn.linear_model.sgd_fast': sgdLosses,
      'sklearn.metrics._dist_metrics': `${distances} ${withWidth('32')} ${withWidth('64')}`,
      'sklearn.neighbors._ball_tree': 'BallTree BallTree32 BallTree64',
      'sklearn.neighbors._dist_metrics': distances,
      'sklearn.neighbors._kd_tree': 'KDTree KDTree32 KDTree64',
      'sklearn.neighbors._quad_tree': '_QuadTree',
      'sklearn.neighbors.ball_tree': 'BallTree',
      'sklearn.neighbors.dist_metrics': distances,
      'sklearn.neighbors.kd_tree': 'KDTree',
      'sklearn.neighbors.quad_tree': '_QuadTree',
      'sklearn.tree._tree': 'Tree',
      'sklearn.tree.tree': 'Tree',
    },
  },
  {
    context,
    reason: 'Make an empty object of a class that stands in this list, and give it its numbers.',
    uses: ['call', 'state'],
    names: {
      _loss: unpickled,
      'sklearn._loss._loss': unpickled,
      'sklearn.metrics._dist_metrics': 'newObj',
      'sklearn.neighbors._ball_tree': 'newObj',
      'sklearn.neighbors._dist_metrics': 'newObj',
      'sklearn.neighbors._kd_tree': 'newObj',
      'sklearn.neighbors.ball_tree': 'newObj',
      'sklearn.neighbors.dist_metrics': 'newObj',
      'sklearn.neighbors.kd_tree': 'newObj',
    },
  },
  {
    context,
    reason:
      'Functions that estimators and searches keep by name. Each computes numbers from numbers; none of them opens a path, imports a module or evaluates a text.',
    uses: handedOn,
    names: {
      'sklearn.cluster._kmeans': '_kmeans_single_elkan _kmeans_single_lloyd',
      'sklearn.feature_selection._mutual_info': 'mutual_info_classif mutual_info_regression',
      'sklearn.feature_selection._univariate_selection': selection,
      'sklearn.feature_selection.mutual_info_': 'mutual_info_classif mutual_info_regression',
      'sklearn.feature_selection.univariate_selection': selection,
      'sklearn.metrics._classification': classification,
      'sklearn.metrics._ranking': ranking,
      'sklearn.metrics._regression': regression,
      'sklearn.metrics._scorer': '_passthrough_scorer negative_likelihood_ratio positive_likelihood_ratio',
      'sklearn.metrics.classification': classification,
      'sklearn.metrics.cluster._supervised': clustering,
      'sklearn.metrics.cluster.supervised': clustering,
      'sklearn.metrics.pairwise': pairwise,
      'sklearn.metrics.ranking': ranking,
      'sklearn.metrics.regression': regression,
      'sklearn.metrics.scorer': '_passthrough_scorer',
    },
  },
  {
    context,
    reason:
      'Checks an array, and converts it: bound to its options by functools.partial in pickles of the time before 1.2.',
    uses: [...maker, 'keywords'],
    names: {'sklearn.utils.validation': 'check_array'},
  },
  {
    context: 'joblib',
    reason:
      'Says of which type and shape the array is whose bytes follow it in a file of joblib: joblib replaces it by the array, and nothing else reads it.',
    uses: ['new', 'state'],
    names: {
      'joblib.numpy_pickle': 'NumpyArrayWrapper',
      'sklearn.externals.joblib.numpy_pickle': 'NumpyArrayWrapper',
    },
  },
  {
    context: 'joblib',
    reason:
      'Names the file beside it in which joblib before 0.10 kept an array. That file is looked for in the model folder and judged as every other; one outside of it is a finding of its own.',
    uses: ['new', 'state'],
    names: {
      'joblib.numpy_pickle': 'NDArrayWrapper',
      'sklearn.externals.joblib.numpy_pickle': 'NDArrayWrapper',
    },
  },
]
