/** What transformers writes beside weights: the settings of a training (`training_args.bin`). */
import {type AllowedNames, maker} from './entry.ts'

const context = 'transformers'

export const transformers: readonly AllowedNames[] = [
  {
    context,
    reason:
      'Settings: objects of plain attributes without a __setstate__. Only made and given their state: the constructor of TrainingArguments sets up devices and folders.',
    uses: ['new', 'state'],
    names: {
      'accelerate.state': 'PartialState',
      'accelerate.utils.dataclasses': 'DataLoaderConfiguration GradientAccumulationPlugin',
      'sentence_transformers.training_args': 'SentenceTransformerTrainingArguments',
      'transformers.generation.configuration_utils': 'GenerationConfig',
      'transformers.trainer_callback': 'TrainerControl TrainerState',
      'transformers.trainer_pt_utils': 'AcceleratorConfig LabelSmoother',
      'transformers.training_args': 'TrainingArguments',
      'transformers.training_args_seq2seq': 'Seq2SeqTrainingArguments',
      'trl.trainer.dpo_config': 'DPOConfig',
      'trl.trainer.grpo_config': 'GRPOConfig',
      'trl.trainer.kto_config': 'KTOConfig',
      'trl.trainer.reward_config': 'RewardConfig',
      'trl.trainer.sft_config': 'SFTConfig',
    },
  },
  {
    context,
    reason: 'Names out of fixed sets: called, they look themselves up.',
    uses: maker,
    names: {
      'accelerate.utils.dataclasses':
        'ComputeEnvironment DistributedType DynamoBackend LoggerType PrecisionType RNGType SageMakerDistributedType',
      'sentence_transformers.training_args': 'BatchSamplers MultiDatasetBatchSamplers',
      'transformers.debug_utils': 'DebugOption',
      'transformers.trainer_utils':
        'EvaluationStrategy FSDPOption HPSearchBackend HubStrategy IntervalStrategy SaveStrategy SchedulerType ShardedDDPOption',
      'transformers.training_args': 'OptimizerNames ParallelMode',
      'transformers.utils.generic': 'PaddingStrategy TensorType',
      'trl.trainer.dpo_config': 'FDivergenceType',
    },
  },
  {
    context: 'tokenizers',
    reason:
      'A tokenizer, read from a text in its state; a file is opened only by its methods, which may not be handed on.',
    uses: ['call', 'new', 'state'],
    names: {tokenizers: 'AddedToken Tokenizer', 'tokenizers.models': 'Model'},
  },
]
