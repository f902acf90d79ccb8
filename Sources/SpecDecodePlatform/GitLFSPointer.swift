/// The small text that a clone without Git LFS has in the place of a large file.
package enum GitLFSPointer {
  /// What the file is, and what to do.
  package static let reason =
    "it is a Git LFS pointer and not the file itself; run `git lfs pull` in its folder"

  /// How many bytes tell.
  package static let prefixLength = prefix.count

  private static let prefix = Array("version https://git-lfs.github.com/spec/".utf8)

  /// Whether a file that begins so is one.
  package static func begins(_ bytes: some Collection<UInt8>) -> Bool { bytes.starts(with: prefix) }
}
