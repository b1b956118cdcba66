/** Gradient boosting: XGBoost, LightGBM, CatBoost. */
import {type AllowedNames, object} from './entry.ts'

export const boosters: readonly AllowedNames[] = [
  {
    context: 'XGBoost',
    reason:
      'Estimators after scikit-learn’s manner: their state is attributes, and their constructors keep what they are given.',
    uses: object,
    names: {
      'xgboost.callback': 'EarlyStopping EvaluationMonitor LearningRateScheduler',
      'xgboost.sklearn': 'XGBClassifier XGBModel XGBRFClassifier XGBRFRegressor XGBRanker XGBRegressor',
    },
  },
  {
    context: 'XGBoost',
    reason:
      'The trees: read by XGBoost from bytes in the state. Its constructor opens a file by name, so it may be neither called nor handed on.',
    uses: ['new', 'state'],
    names: {'xgboost.core': 'Booster'},
  },
  {
    context: 'LightGBM',
    reason:
      'Estimators after scikit-learn’s manner: their state is attributes, and their constructors keep what they are given.',
    uses: object,
    names: {
      'lightgbm.sklearn':
        'LGBMClassifier LGBMModel LGBMRanker LGBMRegressor _EvalFunctionWrapper _ObjectiveFunctionWrapper',
    },
  },
  {
    context: 'LightGBM',
    reason:
      'The trees: read by LightGBM from a text in the state. Its constructor opens a file by name, so it may be neither called nor handed on.',
    uses: ['new', 'state'],
    names: {'lightgbm.basic': 'Booster'},
  },
  {
    context: 'CatBoost',
    reason:
      'The trees: read by CatBoost from bytes in the state, and parameters that wait for the next training. It may be neither called nor handed on, for its methods read and write files by name.',
    uses: ['new', 'state'],
    names: {'catboost.core': 'CatBoost CatBoostClassifier CatBoostRanker CatBoostRegressor'},
  },
]
