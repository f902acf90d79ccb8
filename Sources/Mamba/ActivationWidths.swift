package import Checkpoint
import Foundation
package import Kernels

/// To how many bits the activations of each int8 matrix are quantised: a part of the model, which
/// stands in the free-form texts of its files (`__metadata__`); PyTorch's files have none.
///
/// `activation_bits` is the width of every int8 matrix, `activation_bits.<tensor>` that of one of
/// them, before the other; both are "8" or "15". Where nothing is said it is 8. A tensor has the
/// name that the file gives it or that of the layout of Hugging Face.
package struct ActivationWidths: Sendable, Equatable {
  /// The key of the width of every matrix; that of one has a dot and the tensor's name behind it.
  package static let key = "activation_bits"

  private let common: ActivationWidth
  private let exceptions: [String: ActivationWidth]

  /// The same width for every matrix but some.
  package init(_ common: ActivationWidth, except exceptions: [String: ActivationWidth] = [:]) {
    self.common = common
    self.exceptions = exceptions.filter { $0.value != common }
  }

  /// What the files of a checkpoint say.
  ///
  /// - Throws: `CheckpointError.malformedHeader` for another width, for one of a tensor that is not
  ///   an int8 matrix of the checkpoint, and for two of one.
  package init(of checkpoint: CheckpointDirectory) throws(CheckpointError) {
    var common = ActivationWidth.bits8
    var exceptions: [String: ActivationWidth] = [:]
    for (key, value) in checkpoint.metadata.sorted(by: { $0.key < $1.key })
    where Self.isKey(key) {
      guard let number = Int(value), let width = ActivationWidth(rawValue: number),
        value == "\(number)"
      else {
        throw Self.malformed(key, found: "\"\(value)\"", expected: "\"8\" or \"15\"", checkpoint)
      }
      guard key != Self.key else {
        common = width
        continue
      }
      let name = String(key.dropFirst(Self.key.count + 1))
      guard let tensor = checkpoint.tensor(storedAs: name), tensor.type == .i8 else {
        throw Self.malformed(
          key, found: "\"\(value)\"", expected: "to name a tensor of type I8", checkpoint)
      }
      let other = exceptions.updateValue(width, forKey: tensor.name) ?? width
      guard other == width else {
        throw Self.malformed(
          key, found: "\"\(value)\"",
          expected: "\"\(other.rawValue)\" as by the tensor's other name", checkpoint)
      }
    }
    self.init(common, except: exceptions)
  }

  /// The width for an int8 matrix.
  package subscript(tensor: String) -> ActivationWidth { exceptions[tensor] ?? common }

  /// The same widths for a checkpoint with these int8 matrices only; it states none without any.
  package func keeping(matrices: Set<String>) -> ActivationWidths {
    ActivationWidths(
      matrices.isEmpty ? .bits8 : common,
      except: exceptions.filter { matrices.contains($0.key) })
  }

  /// The texts of a checkpoint's files with these widths in place of those that they state.
  package func stated(in metadata: [String: String]) -> [String: String] {
    var metadata = metadata.filter { !Self.isKey($0.key) }
    if common != .bits8 { metadata[Self.key] = "\(common.rawValue)" }
    for (tensor, width) in exceptions {
      metadata["\(Self.key).\(tensor)"] = "\(width.rawValue)"
    }
    return metadata
  }

  private static func isKey(_ key: String) -> Bool {
    key == Self.key || key.hasPrefix(Self.key + ".")
  }

  private static func malformed(
    _ key: String, found: String, expected: String, _ checkpoint: CheckpointDirectory
  ) -> CheckpointError {
    // The texts of several files are merged; one file is named.
    let files = Set(checkpoint.tensors.values.map(\.file))
    let file = files.count == 1 ? files.first : nil
    return .malformedHeader(
      file: file ?? checkpoint.url.path, field: "__metadata__ of \"\(key)\"", found: found,
      expected: expected)
  }
}
