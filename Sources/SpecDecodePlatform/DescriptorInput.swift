#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reading from open files by their descriptors, as much as is there.
package enum DescriptorInput {
  /// The next bytes, as soon as there are any; empty at the end.
  ///
  /// - Parameter limit: the most bytes; at least 1.
  /// - Throws: ``SystemFailure``.
  package static func read(
    upTo limit: Int, from descriptor: Int32
  ) throws(SystemFailure) -> [UInt8] {
    while true {
      var code: Int32 = 0
      let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
        // SAFETY: the system writes at most as many bytes as the buffer has room for, and `count`
        // is how many it wrote.
        let result = retrying {
          unsafe systemRead(descriptor, UnsafeMutableRawBufferPointer(buffer))
        }
        if result < 0 { code = errno }
        count = max(result, 0)
      }
      guard code != 0 else { return bytes }
      guard code == EAGAIN || code == EWOULDBLOCK else {
        throw SystemFailure(code: code)
      }
      try waitForBytes(from: descriptor)
    }
  }

  private static func waitForBytes(from descriptor: Int32) throws(SystemFailure) {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    // SAFETY: the request is one, and outlives the call. What is wrong with the descriptor, the
    // next read says.
    guard retrying({ unsafe poll(&request, 1, -1) }) >= 0 else {
      throw SystemFailure(code: errno)
    }
  }
}

/// `read` of the system, out of the reach of the method of the same name.
private func systemRead(_ descriptor: Int32, _ bytes: UnsafeMutableRawBufferPointer) -> Int {
  // SAFETY: the pointer and the count are those of one buffer.
  unsafe read(descriptor, bytes.baseAddress, bytes.count)
}
