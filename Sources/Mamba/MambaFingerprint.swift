package import Checkpoint
import Kernels

/// A digest of everything that decides a model's logits: equal digests, equal bits.
///
/// ``ModelFingerprint`` is of the weights alone. Here the numbers of the configuration are added,
/// as they are after the tensors corrected them, and the widths that activations are quantised to.
package struct MambaFingerprint: Sendable, Hashable {
  /// The 32 bytes of a SHA-256.
  package let bytes: [UInt8]

  /// Reads every tensor of a checkpoint once.
  ///
  /// - Throws: `CheckpointError`.
  package init(of checkpoint: CheckpointDirectory) throws(CheckpointError) {
    let configuration = try MambaConfiguration(of: checkpoint)
    let widths = try ActivationWidths(of: checkpoint)
    var digest = SHA256()
    digest.update(Array("Mamba 1\n".utf8))
    digest.update(try ModelFingerprint(of: checkpoint).bytes)
    digest.update(configuration.decisiveNumbers.flatMap(Self.number))
    // In the order that the weights' own digest has them in, so names need not be repeated.
    let quantised = checkpoint.tensors.values.filter { $0.type == .i8 }.map(\.name).sorted {
      $0.utf8.lexicographicallyPrecedes($1.utf8)
    }
    digest.update(quantised.flatMap { Self.number(UInt64(widths[$0].rawValue)) })
    bytes = digest.finalize()
  }

  private static func number(_ number: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }
}

extension MambaConfiguration {
  /// Every number that changes what is computed, flags as 0 or 1.
  fileprivate var decisiveNumbers: [UInt64] {
    let sizes = [
      vocabularySize, tokenCount, hiddenSize, innerSize, layerCount, stateSize, convolutionWidth,
      timeStepRank,
    ]
    let flags = [usesLayerNorm, tiesEmbeddings, hasProjectionBias, hasConvolutionBias]
    return sizes.map { UInt64($0) } + [UInt64(normEpsilon.bitPattern)] + flags.map { $0 ? 1 : 0 }
  }
}
