import Foundation

/// A file that is written beside its target and takes the target's name when it is complete.
package final class AtomicFile {
  /// The target.
  package let path: String
  private let temporaryPath: String
  private let descriptor: Int32
  private var isCommitted = false

  /// Creates the temporary file in the target's directory.
  package init(replacing path: String) throws(SystemFailure) {
    try SystemFailure.requireWhole(path)
    // In the same directory, as a rename does not cross file systems.
    let suffix = String(UInt64.random(in: .min ... .max), radix: 36)
    let temporaryPath = "\(path).\(suffix).partial"
    // SAFETY: the path is a NUL-terminated copy that lives for the call.
    let descriptor = retrying {
      unsafe open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    }
    guard descriptor >= 0 else { throw SystemFailure(code: errno) }
    self.path = path
    self.temporaryPath = temporaryPath
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
    if !isCommitted {
      // SAFETY: the path is a NUL-terminated copy that lives for the call.
      _ = unsafe unlink(temporaryPath)
    }
  }

  /// Appends bytes.
  package func write(_ bytes: [UInt8]) throws(SystemFailure) {
    try DescriptorOutput.write(bytes, to: descriptor)
  }

  /// Forces the bytes to the disk and gives the file its name, replacing what has it.
  package func commit() throws(SystemFailure) {
    // SAFETY: both paths are NUL-terminated copies that live for the call.
    guard retrying({ fsync(descriptor) }) == 0, unsafe rename(temporaryPath, path) == 0 else {
      throw SystemFailure(code: errno)
    }
    isCommitted = true
  }
}
