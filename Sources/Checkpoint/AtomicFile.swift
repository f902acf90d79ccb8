#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that is written beside its target and takes the target's name when it is complete.
final class AtomicFile {
  /// The target.
  let path: String
  private let temporaryPath: String
  private let descriptor: Int32
  private var isCommitted = false

  /// Creates the temporary file in the target's directory.
  init(replacing path: String) throws(CheckpointError) {
    guard !path.utf8.contains(0) else {
      throw .cannotWrite(file: path, reason: "its name contains a NUL")
    }
    // In the same directory, as a rename does not cross file systems.
    let suffix = String(UInt64.random(in: .min ... .max), radix: 36)
    let temporaryPath = "\(path).\(suffix).partial"
    // SAFETY: the path is a NUL-terminated copy that lives for the call.
    let descriptor = retrying {
      unsafe open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    }
    guard descriptor >= 0 else {
      throw .cannotWrite(file: path, reason: systemMessage(errno))
    }
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
  func write(_ bytes: [UInt8]) throws(CheckpointError) {
    do {
      try DescriptorOutput.write(bytes, to: descriptor)
    } catch {
      throw .cannotWrite(file: path, reason: systemMessage(error.code))
    }
  }

  /// Forces the bytes to the disk and gives the file its name, replacing what has it.
  func commit() throws(CheckpointError) {
    // SAFETY: both paths are NUL-terminated copies that live for the call.
    guard retrying({ fsync(descriptor) }) == 0, unsafe rename(temporaryPath, path) == 0 else {
      throw .cannotWrite(file: path, reason: systemMessage(errno))
    }
    isCommitted = true
  }
}
