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
    var done = 0
    while done < bytes.count {
      // Darwin refuses to write 2 GiB or more in one call.
      let wanted = min(bytes.count - done, 1 << 30)
      let result = unsafe bytes.withUnsafeBytes { bytes in
        // SAFETY: the slice lies within the bytes, as done + wanted <= bytes.count.
        let slice = unsafe UnsafeRawBufferPointer(rebasing: bytes[done..<done + wanted])
        return retrying { unsafe systemWrite(descriptor, slice) }
      }
      guard result > 0 else {
        throw .cannotWrite(file: path, reason: systemMessage(result == 0 ? ENOSPC : errno))
      }
      done += result
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

/// `write` of the system, out of the reach of the method of the same name.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  // SAFETY: the pointer and the count are those of one buffer.
  unsafe write(descriptor, bytes.baseAddress, bytes.count)
}
