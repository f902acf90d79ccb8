package import Foundation

/// What is at a path, symbolic links followed.
package enum FileStatus: Equatable {
  case absent
  case directory
  /// Anything else; opening it says what.
  case file

  /// Asks the system.
  ///
  /// - Throws: ``SystemFailure`` when it does not say, as behind a directory that may not be
  ///   searched: that is another thing than absence.
  package init(of url: URL) throws(SystemFailure) {
    let path = url.path(percentEncoded: false)
    try SystemFailure.requireWhole(path)
    var status = stat()
    // SAFETY: the path is a NUL-terminated copy, and `status` outlives the call.
    guard retrying({ unsafe stat(path, &status) }) == 0 else {
      let code = errno
      guard code == ENOENT else { throw SystemFailure(code: code) }
      self = .absent
      return
    }
    self = mode_t(status.st_mode) & mode_t(S_IFMT) == mode_t(S_IFDIR) ? .directory : .file
  }
}
