/** Libraries whose estimators stand in pipelines of scikit-learn. */
import {type AllowedNames, object} from './entry.ts'

const reason =
  'Estimators after scikit-learn’s manner: their state is attributes, and their constructors keep what they are given.'

export const scikitLearnRelatives: readonly AllowedNames[] = [
  {
    context: 'imbalanced-learn',
    reason,
    uses: object,
    names: {
      'imblearn.base': 'FunctionSampler',
      'imblearn.combine._smote_enn': 'SMOTEENN',
      'imblearn.combine._smote_tomek': 'SMOTETomek',
      'imblearn.ensemble._bagging': 'BalancedBaggingClassifier',
      'imblearn.ensemble._easy_ensemble': 'EasyEnsembleClassifier',
      'imblearn.ensemble._forest': 'BalancedRandomForestClassifier',
      'imblearn.ensemble._weight_boosting': 'RUSBoostClassifier',
      'imblearn.metrics.pairwise': 'ValueDifferenceMetric',
      'imblearn.over_sampling._adasyn': 'ADASYN',
      'imblearn.over_sampling._random_over_sampler': 'RandomOverSampler',
      'imblearn.over_sampling._smote.base': 'SMOTE SMOTEN SMOTENC',
      'imblearn.over_sampling._smote.cluster': 'KMeansSMOTE',
      'imblearn.over_sampling._smote.filter': 'BorderlineSMOTE SVMSMOTE',
      'imblearn.pipeline': 'Pipeline',
      'imblearn.under_sampling._prototype_generation._cluster_centroids': 'ClusterCentroids',
      'imblearn.under_sampling._prototype_selection._condensed_nearest_neighbour': 'CondensedNearestNeighbour',
      'imblearn.under_sampling._prototype_selection._edited_nearest_neighbours':
        'AllKNN EditedNearestNeighbours RepeatedEditedNearestNeighbours',
      'imblearn.under_sampling._prototype_selection._instance_hardness_threshold': 'InstanceHardnessThreshold',
      'imblearn.under_sampling._prototype_selection._nearmiss': 'NearMiss',
      'imblearn.under_sampling._prototype_selection._neighbourhood_cleaning_rule': 'NeighbourhoodCleaningRule',
      'imblearn.under_sampling._prototype_selection._one_sided_selection': 'OneSidedSelection',
      'imblearn.under_sampling._prototype_selection._random_under_sampler': 'RandomUnderSampler',
      'imblearn.under_sampling._prototype_selection._tomek_links': 'TomekLinks',
    },
  },
  {
    context: 'category_encoders',
    reason,
    uses: object,
    names: {
      'category_encoders.backward_difference': 'BackwardDifferenceEncoder',
      'category_encoders.basen': 'BaseNEncoder',
      'category_encoders.binary': 'BinaryEncoder',
      'category_encoders.cat_boost': 'CatBoostEncoder',
      'category_encoders.count': 'CountEncoder',
      'category_encoders.count_target': 'CountTargetEncoder',
      'category_encoders.gray': 'GrayEncoder',
      'category_encoders.hashing': 'HashingEncoder',
      'category_encoders.helmert': 'HelmertEncoder',
      'category_encoders.james_stein': 'JamesSteinEncoder',
      'category_encoders.leave_one_out': 'LeaveOneOutEncoder',
      'category_encoders.m_estimate': 'MEstimateEncoder',
      'category_encoders.multi_hot': 'MultiHotEncoder',
      'category_encoders.one_hot': 'OneHotEncoder',
      'category_encoders.ordinal': 'OrdinalEncoder',
      'category_encoders.polynomial': 'PolynomialEncoder',
      'category_encoders.quantile_encoder': 'QuantileEncoder SummaryEncoder',
      'category_encoders.rankhot': 'RankHotEncoder',
      'category_encoders.sum_coding': 'SumEncoder',
      'category_encoders.target_encoder': 'TargetEncoder',
      'category_encoders.woe': 'WOEEncoder',
      'category_encoders.wrapper': 'NestedCVWrapper PolynomialWrapper',
    },
  },
]
