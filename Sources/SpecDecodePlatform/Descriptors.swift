import Foundation

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
      try wait(for: POLLIN, on: descriptor)
    }
  }
}

extension DescriptorInput {
  /// Whether a descriptor is a pipe with bytes to read now; neither waits nor takes any.
  package static func isPipeWithBytes(_ descriptor: Int32) -> Bool {
    var status = stat()
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    // SAFETY: both are one value each, and outlive the calls.
    guard unsafe fstat(descriptor, &status) == 0,
      mode_t(status.st_mode) & mode_t(S_IFMT) == mode_t(S_IFIFO),
      retrying({ unsafe poll(&request, 1, 0) }) == 1
    else { return false }
    return request.revents & Int16(POLLIN) != 0
  }
}

/// `read` of the system, out of the reach of the method of the same name.
private func systemRead(_ descriptor: Int32, _ bytes: UnsafeMutableRawBufferPointer) -> Int {
  // SAFETY: the pointer and the count are those of one buffer.
  unsafe read(descriptor, bytes.baseAddress, bytes.count)
}

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
        try wait(for: POLLOUT, on: descriptor)
      }
    }
  }
}

/// `write` of the system, out of the reach of the method of the same name.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  // SAFETY: the pointer and the count are those of one buffer.
  unsafe write(descriptor, bytes.baseAddress, bytes.count)
}

private func wait(for event: Int32, on descriptor: Int32) throws(SystemFailure) {
  var request = pollfd(fd: descriptor, events: Int16(event), revents: 0)
  // SAFETY: the request is one, and outlives the call. What is wrong with the descriptor, the next
  // read or write says.
  guard retrying({ unsafe poll(&request, 1, -1) }) >= 0 else { throw SystemFailure(code: errno) }
}
