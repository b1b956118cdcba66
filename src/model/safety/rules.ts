import {archiveRules} from './archives/rules.ts'
import {catboostRules} from './formats/catboost.ts'
import {compressedRules} from './formats/compressed.ts'
import {coremlRules} from './formats/coreml/rules.ts'
import {ggufRules} from './formats/gguf/rules.ts'
import {gitLfsPointer} from './formats/git-lfs.ts'
import {hdf5Rules} from './formats/hdf5/rules.ts'
import {joblibRules} from './formats/joblib/rules.ts'
import {kerasRules} from './formats/keras/rules.ts'
import {lightgbmRules} from './formats/lightgbm.ts'
import {msgpackRules} from './formats/msgpack/rules.ts'
import {numpyRules} from './formats/numpy.ts'
import {onnxRules} from './formats/onnx/rules.ts'
import {openvinoRules} from './formats/openvino/rules.ts'
import {plainRules} from './formats/plain.ts'
import {pmmlRules} from './formats/pmml.ts'
import {safetensorsRules} from './formats/safetensors/rules.ts'
import {skopsRules} from './formats/skops.ts'
import {tensorflowRules} from './formats/tensorflow/rules.ts'
import {textRules} from './formats/text.ts'
import {tfjsRules} from './formats/tfjs.ts'
import {tfliteRules} from './formats/tflite/rules.ts'
import {executorchRules} from './formats/torch/executorch.ts'
import {exportRules} from './formats/torch/export-rules.ts'
import {torchRules} from './formats/torch/rules.ts'
import {scriptRules} from './formats/torch/script-rules.ts'
import {serveRules} from './formats/torch/serve.ts'
import {xgboostRules} from './formats/xgboost.ts'
import type {Rule} from './observation.ts'
import {pickleRules} from './pickle/rules.ts'
import {repositoryRules} from './repository/readers.ts'
import {scanRules} from './scan-rules.ts'
import {templateRules} from './templates/jinja-rules.ts'

export interface RuleGroup {
  readonly title: string
  readonly rules: readonly Rule[]
}

/** Every rule that model files are held to, for the reference and for code scanning. The judge needs none of this. */
export const ruleGroups: readonly RuleGroup[] = [
  {title: 'Any file', rules: [...scanRules, ...plainRules, gitLfsPointer]},
  {
    title: 'Text and program text',
    rules: [...textRules.filter(rule => !templateRules.includes(rule) && !repositoryRules.includes(rule))],
  },
  {title: 'Pickles', rules: [...pickleRules]},
  {title: 'torch', rules: [...torchRules, ...scriptRules, ...exportRules, ...serveRules, ...executorchRules]},
  {title: 'NumPy, joblib, skops', rules: [...numpyRules, ...joblibRules, ...skopsRules]},
  {title: 'safetensors', rules: [...safetensorsRules]},
  {title: 'MessagePack (Flax, spaCy)', rules: [...msgpackRules]},
  {title: 'GGUF', rules: [...ggufRules]},
  {title: 'Chat templates', rules: [...templateRules]},
  {title: 'ONNX', rules: [...onnxRules]},
  {title: 'Keras and HDF5', rules: [...kerasRules, ...hdf5Rules]},
  {title: 'TensorFlow', rules: [...tensorflowRules, ...tfliteRules, ...tfjsRules]},
  {title: 'OpenVINO, Core ML', rules: [...openvinoRules, ...coremlRules]},
  {
    title: 'XGBoost, LightGBM, CatBoost, PMML',
    rules: [...xgboostRules, ...lightgbmRules, ...catboostRules, ...pmmlRules],
  },
  {title: 'Archives', rules: [...archiveRules, ...compressedRules]},
  {title: 'Hugging Face, MLflow and other folders', rules: [...repositoryRules]},
]

/** A rule by the last part of its reason code; null where it is none of these. */
export function ruleOf(id: string): Rule | null {
  return ruleGroups.flatMap(({rules}) => rules).find(rule => rule.id === id) ?? null
}
