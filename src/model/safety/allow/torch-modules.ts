/** Whole modules of torch and torchvision: what torch.save(model) writes, beside the tensors. */
import {type AllowedNames, handedOn, maker, object} from './entry.ts'

const context = 'torch modules'
const functions = `
  binary_cross_entropy binary_cross_entropy_with_logits celu cosine_similarity cross_entropy elu gelu glu hardsigmoid
  hardswish hardtanh l1_loss layer_norm leaky_relu log_softmax logsigmoid mish mse_loss nll_loss normalize pad
  pairwise_distance prelu relu relu6 rrelu selu sigmoid silu smooth_l1_loss softmax softmin softplus softsign tanh
  tanhshrink threshold`

export const torchModules: readonly AllowedNames[] = [
  {
    context,
    reason:
      'Layers: their state is attributes, and their constructors make tensors. What a layer calls (hooks, activations, other layers) is a value of the same pickle, so a name of this list.',
    uses: object,
    names: {
      'torch.nn.modules.activation': `
        CELU ELU GELU GLU Hardshrink Hardsigmoid Hardswish Hardtanh LeakyReLU LogSigmoid LogSoftmax Mish
        MultiheadAttention PReLU RReLU ReLU ReLU6 SELU SiLU Sigmoid Softmax Softmax2d Softmin Softplus
        Softshrink Softsign Tanh Tanhshrink Threshold`,
      'torch.nn.modules.adaptive': 'AdaptiveLogSoftmaxWithLoss',
      'torch.nn.modules.batchnorm': `
        BatchNorm1d BatchNorm2d BatchNorm3d LazyBatchNorm1d LazyBatchNorm2d LazyBatchNorm3d SyncBatchNorm
        _BatchNorm _LazyNormBase _NormBase`,
      'torch.nn.modules.channelshuffle': 'ChannelShuffle',
      'torch.nn.modules.container': 'Container ModuleDict ModuleList ParameterDict ParameterList Sequential',
      'torch.nn.modules.conv': `
        Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d LazyConv1d LazyConv2d LazyConv3d
        LazyConvTranspose1d LazyConvTranspose2d LazyConvTranspose3d _ConvNd _ConvTransposeMixin _ConvTransposeNd`,
      'torch.nn.modules.distance': 'CosineSimilarity PairwiseDistance',
      'torch.nn.modules.dropout': 'AlphaDropout Dropout Dropout1d Dropout2d Dropout3d FeatureAlphaDropout _DropoutNd',
      'torch.nn.modules.flatten': 'Flatten Unflatten',
      'torch.nn.modules.fold': 'Fold Unfold',
      'torch.nn.modules.instancenorm': `
        InstanceNorm1d InstanceNorm2d InstanceNorm3d LazyInstanceNorm1d LazyInstanceNorm2d LazyInstanceNorm3d
        _InstanceNorm`,
      'torch.nn.modules.linear': 'Bilinear Identity LazyLinear Linear NonDynamicallyQuantizableLinear _LinearWithBias',
      'torch.nn.modules.loss': `
        BCELoss BCEWithLogitsLoss CTCLoss CosineEmbeddingLoss CrossEntropyLoss GaussianNLLLoss
        HingeEmbeddingLoss HuberLoss KLDivLoss L1Loss LinearCrossEntropyLoss MSELoss MarginRankingLoss
        MultiLabelMarginLoss MultiLabelSoftMarginLoss MultiMarginLoss NLLLoss NLLLoss2d PoissonNLLLoss
        SmoothL1Loss SoftMarginLoss TripletMarginLoss TripletMarginWithDistanceLoss _Loss _WeightedLoss`,
      'torch.nn.modules.module': 'Module',
      'torch.nn.modules.normalization': 'CrossMapLRN2d GroupNorm LocalResponseNorm RMSNorm',
      'torch.nn.modules.padding': `
        CircularPad1d CircularPad2d CircularPad3d ConstantPad1d ConstantPad2d ConstantPad3d ReflectionPad1d
        ReflectionPad2d ReflectionPad3d ReplicationPad1d ReplicationPad2d ReplicationPad3d ZeroPad1d ZeroPad2d
        ZeroPad3d _CircularPadNd _ConstantPadNd _ReflectionPadNd _ReplicationPadNd`,
      'torch.nn.modules.pixelshuffle': 'PixelShuffle PixelUnshuffle',
      'torch.nn.modules.pooling': `
        AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d AdaptiveMaxPool1d AdaptiveMaxPool2d
        AdaptiveMaxPool3d AvgPool1d AvgPool2d AvgPool3d FractionalMaxPool2d FractionalMaxPool3d LPPool1d
        LPPool2d LPPool3d MaxPool1d MaxPool2d MaxPool3d MaxUnpool1d MaxUnpool2d MaxUnpool3d _AdaptiveAvgPoolNd
        _AdaptiveMaxPoolNd _AvgPoolNd _LPPoolNd _MaxPoolNd _MaxUnpoolNd`,
      'torch.nn.modules.rnn': 'GRU GRUCell LSTM LSTMCell RNN RNNBase RNNCell RNNCellBase',
      'torch.nn.modules.sparse': 'Embedding EmbeddingBag',
      'torch.nn.modules.transformer':
        'Transformer TransformerDecoder TransformerDecoderLayer TransformerEncoder TransformerEncoderLayer',
      'torch.nn.modules.upsampling': 'Upsample UpsamplingBilinear2d UpsamplingNearest2d',
      'torch.nn.parallel.data_parallel': 'DataParallel',
      'torch.nn.utils.parametrizations': '_Orthogonal _SpectralNorm _WeightNorm',
      'torch.nn.utils.parametrize': 'ParametrizationList',
    },
  },
  {
    context,
    reason:
      'A layer that models keep with its options bound (functools.partial), to make more of it; its constructor makes tensors.',
    uses: [...object, 'call', 'keywords'],
    names: {'torch.nn.modules.normalization': 'LayerNorm'},
  },
  {
    context,
    reason:
      'Quantised layers and observers: attributes, and packed weights that torch checks. Only made and given their state.',
    uses: ['new', 'state'],
    names: {
      'torch.ao.nn.quantized.dynamic.modules.conv':
        'Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d',
      'torch.ao.nn.quantized.dynamic.modules.linear': 'Linear',
      'torch.ao.nn.quantized.dynamic.modules.rnn':
        'GRU GRUCell LSTM LSTMCell PackedParameter RNNBase RNNCell RNNCellBase',
      'torch.ao.nn.quantized.modules': 'DeQuantize Quantize',
      'torch.ao.nn.quantized.modules.activation':
        'ELU Hardswish LeakyReLU MultiheadAttention PReLU ReLU6 Sigmoid Softmax',
      'torch.ao.nn.quantized.modules.batchnorm': 'BatchNorm2d BatchNorm3d _BatchNorm',
      'torch.ao.nn.quantized.modules.conv':
        'Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d _ConvNd _ConvTransposeNd',
      'torch.ao.nn.quantized.modules.dropout': 'Dropout',
      'torch.ao.nn.quantized.modules.embedding_ops': 'Embedding EmbeddingBag EmbeddingPackedParams',
      'torch.ao.nn.quantized.modules.functional_modules': 'FXFloatFunctional FloatFunctional QFunctional',
      'torch.ao.nn.quantized.modules.linear': 'Linear LinearPackedParams',
      'torch.ao.nn.quantized.modules.normalization': 'GroupNorm InstanceNorm1d InstanceNorm2d InstanceNorm3d LayerNorm',
      'torch.ao.nn.quantized.modules.rnn': 'LSTM',
      'torch.ao.nn.quantized.modules.utils': 'WeightedQuantizedModule',
      'torch.ao.nn.quantized.reference.modules.conv':
        'Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d _ConvNd _ConvTransposeNd',
      'torch.ao.nn.quantized.reference.modules.linear': 'Linear',
      'torch.ao.nn.quantized.reference.modules.rnn': 'GRU GRUCell LSTM LSTMCell RNNBase RNNCell RNNCellBase',
      'torch.ao.nn.quantized.reference.modules.sparse': 'Embedding EmbeddingBag',
      'torch.ao.nn.quantized.reference.modules.utils': 'ReferenceQuantizedModule',
      'torch.ao.quantization._learnable_fake_quantize': '_LearnableFakeQuantize',
      'torch.ao.quantization.fake_quantize':
        'FakeQuantize FakeQuantizeBase FixedQParamsFakeQuantize FusedMovingAvgObsFakeQuantize',
      'torch.ao.quantization.observer': `
        AffineQuantizedObserverBase FixedQParamsObserver HistogramObserver MinMaxObserver
        MovingAverageMinMaxObserver MovingAveragePerChannelMinMaxObserver NoopObserver ObserverBase
        PerChannelMinMaxObserver PlaceholderObserver RecordingObserver ReuseInputObserver
        UniformQuantizationObserverBase _ObserverBase default_debug_observer default_placeholder_observer
        default_reuse_input_observer`,
      'torch.ao.quantization.stubs': 'DeQuantStub QuantStub QuantWrapper',
      'torch.nn.quantized.dynamic.modules.conv': 'Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d',
      'torch.nn.quantized.dynamic.modules.linear': 'Linear',
      'torch.nn.quantized.dynamic.modules.rnn': 'GRU GRUCell LSTM LSTMCell PackedParameter RNNBase RNNCell RNNCellBase',
      'torch.nn.quantized.modules': 'DeQuantize Quantize',
      'torch.nn.quantized.modules.activation': 'ELU Hardswish LeakyReLU MultiheadAttention PReLU ReLU6 Sigmoid Softmax',
      'torch.nn.quantized.modules.batchnorm': 'BatchNorm2d BatchNorm3d _BatchNorm',
      'torch.nn.quantized.modules.conv':
        'Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d _ConvNd _ConvTransposeNd',
      'torch.nn.quantized.modules.dropout': 'Dropout',
      'torch.nn.quantized.modules.embedding_ops': 'Embedding EmbeddingBag EmbeddingPackedParams',
      'torch.nn.quantized.modules.functional_modules': 'FXFloatFunctional FloatFunctional QFunctional',
      'torch.nn.quantized.modules.linear': 'Linear LinearPackedParams',
      'torch.nn.quantized.modules.normalization': 'GroupNorm InstanceNorm1d InstanceNorm2d InstanceNorm3d LayerNorm',
      'torch.nn.quantized.modules.rnn': 'LSTM',
      'torch.nn.quantized.modules.utils': 'WeightedQuantizedModule',
      'torch.quantization.fake_quantize':
        'FakeQuantize FakeQuantizeBase FixedQParamsFakeQuantize FusedMovingAvgObsFakeQuantize',
      'torch.quantization.observer': `
        AffineQuantizedObserverBase FixedQParamsObserver HistogramObserver MinMaxObserver
        MovingAverageMinMaxObserver MovingAveragePerChannelMinMaxObserver NoopObserver ObserverBase
        PerChannelMinMaxObserver PlaceholderObserver RecordingObserver ReuseInputObserver
        UniformQuantizationObserverBase _ObserverBase default_debug_observer default_placeholder_observer
        default_reuse_input_observer`,
      'torch.quantization.stubs': 'DeQuantStub QuantStub QuantWrapper',
    },
  },
  {
    context,
    reason: 'Optimisers: lists of tensors and numbers; a step is taken only when somebody asks for it.',
    uses: ['new', 'state'],
    names: {
      'torch.optim.adadelta': 'Adadelta',
      'torch.optim.adagrad': 'Adagrad',
      'torch.optim.adam': 'Adam',
      'torch.optim.adamax': 'Adamax',
      'torch.optim.adamw': 'AdamW',
      'torch.optim.asgd': 'ASGD',
      'torch.optim.lbfgs': 'LBFGS',
      'torch.optim.nadam': 'NAdam',
      'torch.optim.radam': 'RAdam',
      'torch.optim.rmsprop': 'RMSprop',
      'torch.optim.rprop': 'Rprop',
      'torch.optim.sgd': 'SGD',
    },
  },
  {
    context,
    reason: 'Functions of tensors that a layer keeps by name; none of them calls an argument or opens a path.',
    uses: handedOn,
    names: {
      torch: 'erf exp log relu selu sigmoid softmax tanh',
      'torch._C._nn': 'gelu hardsigmoid hardswish leaky_relu mish relu6 silu softplus',
      'torch.nn.functional': functions,
    },
  },
  {
    context: 'torchvision',
    reason:
      'Models, their parts and the preparation of pictures: layers like those of torch. Only made and given their state; a constructor may fetch weights.',
    uses: ['new', 'state'],
    names: {
      'torchvision.models._utils': 'IntermediateLayerGetter',
      'torchvision.models.alexnet': 'AlexNet',
      'torchvision.models.convnext': 'CNBlock ConvNeXt LayerNorm2d',
      'torchvision.models.densenet': 'DenseNet _DenseBlock _DenseLayer _Transition',
      'torchvision.models.detection._utils':
        'BalancedPositiveNegativeSampler BoxCoder BoxLinearCoder Matcher SSDMatcher',
      'torchvision.models.detection.anchor_utils': 'AnchorGenerator DefaultBoxGenerator',
      'torchvision.models.detection.backbone_utils': 'BackboneWithFPN',
      'torchvision.models.detection.faster_rcnn': 'FastRCNNConvFCHead FastRCNNPredictor FasterRCNN TwoMLPHead',
      'torchvision.models.detection.fcos': 'FCOS FCOSClassificationHead FCOSHead FCOSRegressionHead',
      'torchvision.models.detection.generalized_rcnn': 'GeneralizedRCNN',
      'torchvision.models.detection.keypoint_rcnn': 'KeypointRCNN KeypointRCNNHeads KeypointRCNNPredictor',
      'torchvision.models.detection.mask_rcnn': 'MaskRCNN MaskRCNNHeads MaskRCNNPredictor',
      'torchvision.models.detection.retinanet':
        'RetinaNet RetinaNetClassificationHead RetinaNetHead RetinaNetRegressionHead',
      'torchvision.models.detection.roi_heads': 'RoIHeads',
      'torchvision.models.detection.rpn': 'RPNHead RegionProposalNetwork',
      'torchvision.models.detection.ssd':
        'SSD SSDClassificationHead SSDFeatureExtractorVGG SSDHead SSDRegressionHead SSDScoringHead',
      'torchvision.models.detection.ssdlite':
        'SSDLiteClassificationHead SSDLiteFeatureExtractorMobileNet SSDLiteHead SSDLiteRegressionHead',
      'torchvision.models.detection.transform': 'GeneralizedRCNNTransform',
      'torchvision.models.efficientnet': 'EfficientNet FusedMBConv MBConv',
      'torchvision.models.googlenet': 'BasicConv2d GoogLeNet Inception InceptionAux',
      'torchvision.models.inception':
        'BasicConv2d Inception3 InceptionA InceptionAux InceptionB InceptionC InceptionD InceptionE',
      'torchvision.models.maxvit': `
        MBConv MaxVit MaxVitBlock MaxVitLayer PartitionAttentionLayer RelativePositionalMultiHeadAttention
        SwapAxes WindowDepartition WindowPartition`,
      'torchvision.models.mnasnet': 'MNASNet _InvertedResidual',
      'torchvision.models.mobilenetv2': 'InvertedResidual MobileNetV2',
      'torchvision.models.mobilenetv3': 'InvertedResidual MobileNetV3',
      'torchvision.models.optical_flow.raft': `
        BottleneckBlock ConvGRU CorrBlock FeatureEncoder FlowHead MaskPredictor MotionEncoder RAFT
        RecurrentBlock ResidualBlock UpdateBlock`,
      'torchvision.models.quantization.googlenet':
        'QuantizableBasicConv2d QuantizableGoogLeNet QuantizableInception QuantizableInceptionAux',
      'torchvision.models.quantization.inception': `
        QuantizableBasicConv2d QuantizableInception3 QuantizableInceptionA QuantizableInceptionAux
        QuantizableInceptionB QuantizableInceptionC QuantizableInceptionD QuantizableInceptionE`,
      'torchvision.models.quantization.mobilenetv2': 'QuantizableInvertedResidual QuantizableMobileNetV2',
      'torchvision.models.quantization.mobilenetv3':
        'QuantizableInvertedResidual QuantizableMobileNetV3 QuantizableSqueezeExcitation',
      'torchvision.models.quantization.resnet': 'QuantizableBasicBlock QuantizableBottleneck QuantizableResNet',
      'torchvision.models.quantization.shufflenetv2': 'QuantizableInvertedResidual QuantizableShuffleNetV2',
      'torchvision.models.regnet': 'AnyStage BottleneckTransform RegNet ResBottleneckBlock SimpleStemIN',
      'torchvision.models.resnet': 'BasicBlock Bottleneck ResNet',
      'torchvision.models.segmentation._utils': '_SimpleSegmentationModel',
      'torchvision.models.segmentation.deeplabv3': 'ASPP ASPPConv ASPPPooling DeepLabHead DeepLabV3',
      'torchvision.models.segmentation.fcn': 'FCN FCNHead',
      'torchvision.models.segmentation.lraspp': 'LRASPP LRASPPHead',
      'torchvision.models.shufflenetv2': 'InvertedResidual ShuffleNetV2',
      'torchvision.models.squeezenet': 'Fire SqueezeNet',
      'torchvision.models.swin_transformer': `
        PatchMerging PatchMergingV2 ShiftedWindowAttention ShiftedWindowAttentionV2 SwinTransformer
        SwinTransformerBlock SwinTransformerBlockV2`,
      'torchvision.models.vgg': 'VGG',
      'torchvision.models.video.mvit': 'MViT MultiscaleAttention MultiscaleBlock Pool PositionalEncoding',
      'torchvision.models.video.resnet':
        'BasicBlock BasicStem Bottleneck Conv2Plus1D Conv3DNoTemporal Conv3DSimple R2Plus1dStem VideoResNet',
      'torchvision.models.video.s3d': 'S3D SepInceptionBlock3D TemporalSeparableConv',
      'torchvision.models.video.swin_transformer': 'PatchEmbed3d ShiftedWindowAttention3d SwinTransformer3d',
      'torchvision.models.vision_transformer': 'Encoder EncoderBlock MLPBlock VisionTransformer',
      'torchvision.ops.deform_conv': 'DeformConv2d',
      'torchvision.ops.drop_block': 'DropBlock2d DropBlock3d',
      'torchvision.ops.feature_pyramid_network': 'ExtraFPNBlock FeaturePyramidNetwork LastLevelMaxPool LastLevelP6P7',
      'torchvision.ops.misc':
        'Conv2dNormActivation Conv3dNormActivation ConvNormActivation FrozenBatchNorm2d MLP Permute SqueezeExcitation',
      'torchvision.ops.poolers': 'MultiScaleRoIAlign',
      'torchvision.ops.ps_roi_align': 'PSRoIAlign',
      'torchvision.ops.ps_roi_pool': 'PSRoIPool',
      'torchvision.ops.roi_align': 'RoIAlign',
      'torchvision.ops.roi_pool': 'RoIPool',
      'torchvision.ops.stochastic_depth': 'StochasticDepth',
      'torchvision.transforms._presets':
        'ImageClassification ObjectDetection OpticalFlow SemanticSegmentation VideoClassification',
      'torchvision.transforms._transforms_video': 'RandomCropVideo RandomResizedCropVideo',
      'torchvision.transforms.autoaugment': 'AugMix AutoAugment RandAugment TrivialAugmentWide',
      'torchvision.transforms.transforms': `
        CenterCrop ColorJitter Compose ConvertImageDtype ElasticTransform FiveCrop GaussianBlur Grayscale
        LinearTransformation Normalize PILToTensor Pad RandomAdjustSharpness RandomAffine RandomApply
        RandomAutocontrast RandomChoice RandomCrop RandomEqualize RandomErasing RandomGrayscale
        RandomHorizontalFlip RandomInvert RandomOrder RandomPerspective RandomPosterize RandomResizedCrop
        RandomRotation RandomSolarize RandomVerticalFlip Resize TenCrop ToPILImage ToTensor`,
      'torchvision.transforms.v2._augment': 'CutMix JPEG MixUp RandomErasing',
      'torchvision.transforms.v2._auto_augment': 'AugMix AutoAugment RandAugment TrivialAugmentWide',
      'torchvision.transforms.v2._color': `
        ColorJitter Grayscale RGB RandomAdjustSharpness RandomAutocontrast RandomChannelPermutation
        RandomEqualize RandomGrayscale RandomInvert RandomPhotometricDistort RandomPosterize RandomSolarize`,
      'torchvision.transforms.v2._container': 'Compose RandomApply RandomChoice RandomOrder',
      'torchvision.transforms.v2._deprecated': 'ToTensor',
      'torchvision.transforms.v2._geometry': `
        CenterCrop ElasticTransform FiveCrop Pad RandomAffine RandomCrop RandomHorizontalFlip RandomIoUCrop
        RandomPerspective RandomResize RandomResizedCrop RandomRotation RandomShortestSize RandomVerticalFlip
        RandomZoomOut Resize ScaleJitter TenCrop`,
      'torchvision.transforms.v2._meta': 'ClampBoundingBoxes ClampKeyPoints ConvertBoundingBoxFormat SetClampingMode',
      'torchvision.transforms.v2._misc': `
        ConvertImageDtype GaussianBlur GaussianNoise Identity LinearTransformation Normalize
        SanitizeBoundingBoxes SanitizeKeyPoints ToDtype`,
      'torchvision.transforms.v2._temporal': 'UniformTemporalSubsample',
      'torchvision.transforms.v2._transform': 'Transform',
      'torchvision.transforms.v2._type_conversion': 'PILToTensor ToImage ToPILImage ToPureTensor',
    },
  },
  {
    context: 'torchvision',
    reason: 'Names of ways to interpolate: called, they look themselves up.',
    uses: maker,
    names: {'torchvision.transforms.functional': 'InterpolationMode'},
  },
  {
    context: 'torchvision',
    reason: 'Functions of boxes that a detector keeps by name; they compute numbers from numbers.',
    uses: handedOn,
    names: {'torchvision.ops.boxes': 'box_iou complete_box_iou distance_box_iou generalized_box_iou'},
  },
]
