/**
 * SciPy. Its distributions (scipy.stats) are not here: they run program text that stands in their state. Nor are its search
 * trees: cKDTree takes distances in memory from its state, and writes there while it is loaded (SciPy 1.17).
 */
import {type AllowedNames, handedOn, object} from './entry.ts'

const context = 'SciPy'

export const scipy: readonly AllowedNames[] = [
  {
    context,
    reason: 'Sparse matrices: attributes that are arrays; their methods compute, and open no file.',
    uses: object,
    names: {
      'scipy.sparse._arrays': 'bsr_array coo_array csc_array csr_array dia_array dok_array lil_array',
      'scipy.sparse._bsr': 'bsr_array bsr_matrix',
      'scipy.sparse._coo': 'coo_array coo_matrix',
      'scipy.sparse._csc': 'csc_array csc_matrix',
      'scipy.sparse._csr': 'csr_array csr_matrix',
      'scipy.sparse._dia': 'dia_array dia_matrix',
      'scipy.sparse._dok': 'dok_array dok_matrix',
      'scipy.sparse._lil': 'lil_array lil_matrix',
      'scipy.sparse.bsr': 'bsr_matrix',
      'scipy.sparse.coo': 'coo_matrix',
      'scipy.sparse.csc': 'csc_matrix',
      'scipy.sparse.csr': 'csr_matrix',
      'scipy.sparse.dia': 'dia_matrix',
      'scipy.sparse.dok': 'dok_matrix',
      'scipy.sparse.lil': 'lil_matrix',
    },
  },
  {
    context,
    reason: 'Curves: attributes that are arrays.',
    uses: object,
    names: {
      'scipy.interpolate._bsplines': 'BSpline',
      'scipy.interpolate._cubic': 'Akima1DInterpolator CubicHermiteSpline CubicSpline PchipInterpolator',
      'scipy.interpolate._fitpack2': 'InterpolatedUnivariateSpline LSQUnivariateSpline UnivariateSpline',
      'scipy.interpolate._interpolate': 'BPoly NdPPoly PPoly interp1d',
      'scipy.interpolate.interpolate': 'interp1d',
    },
  },
  {
    context,
    reason: 'Functions of numbers that an estimator keeps by name; none of them calls an argument or opens a path.',
    uses: handedOn,
    names: {
      'scipy._lib.array_api_compat.numpy._aliases': 'asarray',
      'scipy.spatial.distance':
        'braycurtis canberra chebyshev cityblock correlation cosine dice euclidean hamming jaccard mahalanobis minkowski seuclidean sqeuclidean yule',
      'scipy.special._ufuncs':
        'boxcox boxcox1p expit exprel gammaln inv_boxcox inv_boxcox1p log_expit logit xlog1py xlogy',
    },
  },
]
