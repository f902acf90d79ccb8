import Checkpoint

/// A PyTorch file on its way through the reader.
enum TorchInput {
  /// Opens it as a checkpoint and reads all its tensors; errors are what is expected.
  static func read(_ bytes: [UInt8]) {
    FuzzInput.write(bytes, to: "pytorch_model.bin")
    do throws(CheckpointError) {
      let checkpoint = try CheckpointDirectory(contentsOf: FuzzInput.folder)
      for tensor in checkpoint.tensors.values {
        var buffer: [UInt8] = []
        try checkpoint.read(tensor, bytes: 0..<tensor.byteCount, into: &buffer)
        precondition(buffer.count == tensor.byteCount)
      }
    } catch {
      precondition(!"\(error)".isEmpty)
    }
  }
}
