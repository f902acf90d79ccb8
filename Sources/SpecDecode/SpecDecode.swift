// All that a program needs, by one import: the decoder, the models, and what their errors are made of.
@_exported public import Checkpoint
@_exported public import DecodingCore
@_exported public import Drafter
@_exported public import Kernels
@_exported public import Mamba
@_exported public import MambaCUDA
@_exported public import MambaDevices
@_exported public import SpecDecodePlatform
@_exported public import SpecDecodeTokenizer
@_exported public import SpeculativeDecoding
@_exported public import Verifier
