#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Writing to open files by their descriptors.
package enum DescriptorOutput {
  /// Writes all the bytes, waiting for room where the descriptor does not wait by itself.
  ///
  /// A descriptor may be non-blocking without our doing: the mode belongs to the open pipe or
  /// terminal, and whoever shares it may have set it.
  ///
  /// - Throws: ``SystemFailure``; part of the bytes may have been written.
  package static func write(_ bytes: [UInt8], to descriptor: Int32) throws(SystemFailure) {
    var done = 0
    while done < bytes.count {
      // Darwin refuses to write 2 GiB or more in one call.
      let wanted = min(bytes.count - done, 1 << 30)
      let result = unsafe bytes.withUnsafeBytes { bytes in
        // SAFETY: the slice lies within the bytes, as done + wanted <= bytes.count.
        let slice = unsafe UnsafeRawBufferPointer(rebasing: bytes[done..<done + wanted])
        return retrying { unsafe systemWrite(descriptor, slice) }
      }
      if result > 0 {
        done += result
      } else {
        let code = result == 0 ? ENOSPC : errno
        guard code == EAGAIN || code == EWOULDBLOCK else { throw SystemFailure(code: code) }
        try waitForRoom(in: descriptor)
      }
    }
  }

  private static func waitForRoom(in descriptor: Int32) throws(SystemFailure) {
    var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    // SAFETY: the request is one, and outlives the call. What is wrong with the descriptor, the
    // next write says.
    guard retrying({ unsafe poll(&request, 1, -1) }) >= 0 else { throw SystemFailure(code: errno) }
  }
}

/// `write` of the system, out of the reach of the method of the same name.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  // SAFETY: the pointer and the count are those of one buffer.
  unsafe write(descriptor, bytes.baseAddress, bytes.count)
}
