package import Checkpoint
import Kernels

extension ModelFingerprint {
  /// The fingerprint of the Mamba in a checkpoint: of its tensors, and of what changes its output
  /// beside them.
  ///
  /// The settings are `norm_epsilon`, the shortest decimal that gives the f32 number back;
  /// `token_count`, the part of the vocabulary that is no padding; and `activation_bits.<tensor>`
  /// for every int8 matrix whose activations have other than 8 bits, under its name in the layout
  /// of Hugging Face.
  ///
  /// - Throws: `CheckpointError`: what reading the configuration, the widths and the tensors throws.
  /// - Complexity: O(*n*) for *n* bytes of weights, all of which are read.
  package init(of checkpoint: CheckpointDirectory) throws(CheckpointError) {
    try self.init(of: checkpoint, MambaConfiguration(of: checkpoint))
  }

  /// The same where the configuration is at hand.
  package init(
    of checkpoint: CheckpointDirectory, _ configuration: MambaConfiguration
  ) throws(CheckpointError) {
    let widths = try ActivationWidths(of: checkpoint)
    var settings = [
      "norm_epsilon": "\(configuration.normEpsilon)",
      "token_count": "\(configuration.tokenCount)",
    ]
    for tensor in checkpoint.tensors.values
    where tensor.type == .i8 && widths[tensor.name] != .bits8 {
      settings["\(ActivationWidths.key).\(tensor.name)"] = "\(widths[tensor.name].rawValue)"
    }
    try self.init(of: checkpoint, settings: settings)
  }
}
