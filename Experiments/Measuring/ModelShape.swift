/// The sizes of a Mamba model that its speed depends on.
package struct ModelShape: Sendable, Equatable, Encodable {
  /// What it is called.
  package let name: String
  /// The width of the residual stream (d_model).
  package let hiddenSize: Int
  /// Layers.
  package let layerCount: Int
  /// Tokens, or 256 for a byte-level model.
  package let vocabularySize: Int
  /// Values that each channel remembers (d_state).
  package let stateSize = 16
  /// Inputs that the convolution reads (d_conv).
  package let convolutionWidth = 4

  /// Channels of a layer's inner part (d_inner).
  package var innerSize: Int { 2 * hiddenSize }
  /// The rank of the step size's projection (dt_rank).
  package var timeStepRank: Int { (hiddenSize + 15) / 16 }

  /// A shape with the usual expansion, state size and rank.
  package init(name: String, hiddenSize: Int, layerCount: Int, vocabularySize: Int) {
    self.name = name
    self.hiddenSize = hiddenSize
    self.layerCount = layerCount
    self.vocabularySize = vocabularySize
  }
}

extension ModelShape {
  /// The shapes that speed is measured at: the bundled verifier's, that of Mamba-130M with its
  /// subword vocabulary, and that of MambaByte-353M.
  package static let named = [
    ModelShape(name: "small", hiddenSize: 512, layerCount: 16, vocabularySize: 256),
    ModelShape(name: "m130", hiddenSize: 768, layerCount: 24, vocabularySize: 50_280),
    ModelShape(name: "mb353", hiddenSize: 1024, layerCount: 53, vocabularySize: 256),
  ]
}
