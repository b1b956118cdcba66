/** Checkpoints of ultralytics (YOLO), which hold the whole model. */
import type {AllowedNames} from './entry.ts'

const context = 'ultralytics'

export const ultralytics: readonly AllowedNames[] = [
  {
    context,
    reason:
      'Models, their parts and settings: layers like those of torch, and objects of plain attributes. Only made and given their state: the constructors of models read files and fetch weights by name.',
    uses: ['new', 'state'],
    names: {
      'ultralytics.nn.modules': `
        AIFI Bottleneck BottleneckCSP C1 C2 C2f C3 C3Ghost C3TR C3x Classify Concat Conv ConvTranspose DFL
        DWConv Detect Focus GhostBottleneck GhostConv Pose Proto SPP SPPF Segment TransformerBlock
        TransformerLayer`,
      'ultralytics.nn.modules.activation': 'AGLU',
      'ultralytics.nn.modules.block': `
        A2C2f AAttn ABlock AConv ADown Attention BNContrastiveHead Bottleneck BottleneckCSP C1 C2 C2PSA C2f
        C2fAttn C2fCIB C2fPSA C3 C3Ghost C3TR C3f C3k C3k2 C3x CBFuse CBLinear CIB ContrastiveHead DFL ELAN1
        GhostBottleneck HGBlock HGStem ImagePoolingAttn MaxSigmoidAttnBlock PSA PSABlock Proto Proto26 RealNVP
        RepBottleneck RepC3 RepCSP RepNCSPELAN4 RepVGGDW ResNetBlock ResNetLayer Residual SAVPE SCDown SPP
        SPPELAN SPPF SwiGLUFFN TorchVision`,
      'ultralytics.nn.modules.conv': `
        CBAM ChannelAttention Concat Conv Conv2 ConvTranspose DWConv Focus GhostConv Index LightConv RepConv
        SpatialAttention`,
      'ultralytics.nn.modules.head': `
        Classify Depth Detect LRPCHead OBB OBB26 Pose Pose26 RTDETRDecoder Segment Segment26 SemanticSegment
        WorldDetect YOLOEDetect YOLOESegment YOLOESegment26 v10Detect`,
      'ultralytics.nn.modules.transformer': `
        AIFI DeformableTransformerDecoder DeformableTransformerDecoderLayer LayerNorm2d MLP MLPBlock
        MSDeformAttn TransformerBlock TransformerEncoderLayer TransformerLayer`,
      'ultralytics.nn.tasks': `
        BaseModel ClassificationModel DepthModel DetectionModel Ensemble OBBModel PoseModel RTDETRDetectionModel
        SegmentationModel SemanticSegmentationModel WorldModel YOLOEModel YOLOESegModel`,
      'ultralytics.utils.loss': `
        BCEDiceLoss BboxLoss DFLoss DepthLoss26 E2EDetectLoss E2ELoss FocalLoss KeypointLoss
        MultiChannelDiceLoss PoseLoss26 RLELoss RotatedBboxLoss SegmentLoss26 SemanticSegmentationLoss
        TVPDetectLoss TVPSegmentLoss VarifocalLoss v8ClassificationLoss v8DetectionLoss v8OBBLoss v8PoseLoss
        v8SegmentationLoss`,
      'ultralytics.utils.tal':
        'PoseTaskAlignedAssigner RotatedTaskAlignedAssigner SegTaskAlignedAssigner TaskAlignedAssigner',
    },
  },
  {
    context,
    reason: 'Settings: plain attributes, given by call.',
    uses: ['call', 'new', 'state'],
    names: {'ultralytics.utils': 'IterableSimpleNamespace', 'ultralytics.yolo.utils': 'IterableSimpleNamespace'},
  },
]
