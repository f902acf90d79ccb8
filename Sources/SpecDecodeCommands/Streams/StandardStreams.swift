import Foundation

/// The three streams that every program has, unless its caller closed them.
enum StandardStreams {
  /// Fills the places of closed streams, so that no file of ours takes one and is written to as if
  /// it were standard output.
  ///
  /// - Returns: what fills them; to be kept while the program runs. It is open for reading only:
  ///   a write is the error that it would be without it.
  static func fillClosed() -> [FileHandle] {
    var handles: [FileHandle] = []
    while let handle = FileHandle(forReadingAtPath: "/dev/null"), handle.fileDescriptor <= 2 {
      handles.append(handle)
    }
    return handles
  }
}
