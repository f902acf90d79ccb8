package import Foundation
import SpecDecodePlatform

/// A regular file that stays open for reading and is closed with its last reference.
///
/// Nothing is mapped: a file that shrinks gives a typed error, where a mapping would raise a signal.
/// A file that is written to while it is open is refused. Reads take their own offset, so threads
/// share one file.
final class CheckpointFile: Sendable {
  let path: String
  /// The bytes at the time of opening.
  let size: Int
  private let descriptor: Int32
  private let version: Version

  /// Opens a file, or the file that a symbolic link leads to, as in the cache of the model hub.
  init(opening url: URL) throws(CheckpointError) {
    let path = url.path(percentEncoded: false)
    do throws(SystemFailure) {
      try SystemFailure.requireWhole(path)
    } catch {
      throw .notReadable(file: path, reason: error.reason)
    }
    // Without O_NONBLOCK, opening a FIFO that nobody writes to would wait for ever.
    // SAFETY: the path is a NUL-terminated copy that lives for the call.
    let descriptor = retrying { unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard descriptor >= 0 else {
      let code = errno
      throw code == ENOENT
        ? .notFound(file: path) : .notReadable(file: path, reason: SystemFailure(code: code).reason)
    }
    var status = stat()
    // SAFETY: the descriptor is open and `status` outlives the call.
    guard unsafe fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw .notReadable(file: path, reason: SystemFailure(code: code).reason)
    }
    guard mode_t(status.st_mode) & mode_t(S_IFMT) == mode_t(S_IFREG) else {
      close(descriptor)
      throw .notReadable(file: path, reason: "it is not a regular file")
    }
    self.path = path
    self.size = Int(status.st_size)
    self.descriptor = descriptor
    version = Version(status)
  }

  deinit {
    close(descriptor)
  }

  /// Replaces the contents of `buffer`, whose memory is reused, by `count` bytes from `offset` on.
  ///
  /// The buffer is empty when this throws, as it does when the file has been written to since it
  /// was opened; `tensor` is for the error only.
  func read(
    at offset: Int, count: Int, into buffer: inout [UInt8], tensor: String?
  ) throws(CheckpointError) {
    buffer.removeAll(keepingCapacity: true)
    buffer.reserveCapacity(count)
    // Copying out of a small scratch costs less than zeroing the buffer's new part would.
    let result = unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1 << 18) {
      scratch in
      while buffer.count < count {
        let wanted = min(count - buffer.count, scratch.count)
        let start = off_t(offset + buffer.count)
        // SAFETY: wanted is at most the scratch's size.
        let result = retrying { unsafe pread(descriptor, scratch.baseAddress, wanted, start) }
        guard result > 0 else { return result == 0 ? 0 : -Int(errno) }
        // SAFETY: the system has written the first `result` bytes of the scratch.
        unsafe buffer.append(contentsOf: UnsafeBufferPointer(rebasing: scratch[..<result]))
      }
      return count
    }
    let found = buffer.count
    do throws(CheckpointError) {
      if result < 0 {
        throw .notReadable(file: path, reason: SystemFailure(code: Int32(-result)).reason)
      }
      guard found == count else {
        throw .truncated(file: path, tensor: tensor, expected: count, found: found)
      }
      try requireUnchanged(tensor)
    } catch {
      buffer.removeAll()
      throw error
    }
  }
}

extension CheckpointFile {
  /// What differs when the file has been written to. Another file under its name is no matter: the
  /// one that was opened stays whole.
  private struct Version: Equatable {
    let size: Int
    let seconds: Int
    let nanoseconds: Int

    init(_ status: stat) {
      #if canImport(Darwin)
        let modified = status.st_mtimespec
      #else
        let modified = status.st_mtim
      #endif
      (size, seconds, nanoseconds) = (Int(status.st_size), modified.tv_sec, modified.tv_nsec)
    }
  }

  private func requireUnchanged(_ tensor: String?) throws(CheckpointError) {
    var status = stat()
    // SAFETY: the descriptor is open and `status` outlives the call.
    guard unsafe fstat(descriptor, &status) == 0, status.st_size >= size else {
      throw .truncated(file: path, tensor: tensor, expected: size, found: Int(status.st_size))
    }
    guard Version(status) == version else {
      throw .notReadable(
        file: path, reason: "it was written to while it was read; let the copy finish")
    }
  }
}

extension FileStatus {
  /// What is at a path of a checkpoint.
  ///
  /// - Throws: ``CheckpointError/notReadable(file:reason:)``.
  init(checking url: URL) throws(CheckpointError) {
    do {
      self = try FileStatus(of: url)
    } catch {
      throw .notReadable(file: url.path(percentEncoded: false), reason: error.reason)
    }
  }
}

/// The bytes of a small regular file.
///
/// - Throws: ``CheckpointError``: `notFound` or `notReadable`, for a larger file, too.
package func wholeFile(_ url: URL, maximumSize: Int) throws(CheckpointError) -> Data {
  let file = try CheckpointFile(opening: url)
  guard file.size <= maximumSize else {
    throw .notReadable(
      file: file.path, reason: "it has \(file.size) bytes, expected at most \(maximumSize)")
  }
  var bytes: [UInt8] = []
  try file.read(at: 0, count: file.size, into: &bytes, tensor: nil)
  return Data(bytes)
}
